-- title: Customer states
-- grain: one row a customer and a stretch of time in one state, for one reason
-- month: since
-- by: customer_id
-- note: the first that holds: lapsed, silent, at risk, advocate, content, indifferent
-- note: what people said (the newest answer to each instrument, as long as it holds) and what they did count alike
-- note: only what was known at a moment makes the state at that moment; thresholds stand in data/governance/state_*.csv
-- note: a stretch that begins after the last export has not happened: it is what follows if nothing else does
-- note: whoever reads states takes the moments of `state_moments`: before the first, silence can't be told from no record

with

rules as (
    select
        coalesce(max(value) filter (where rule = 'silent_days'), 182)::integer as silent_days,
        coalesce(max(value) filter (where rule = 'renewal_is_a_sign'), 0) = 1 as renewal_is_a_sign,
        coalesce(max(value) filter (where rule = 'buyer_lapsed_days'), 365)::integer as buyer_lapsed_days,
        coalesce(max(value) filter (where rule = 'switching_days'), 91)::integer as switching_days,
        coalesce(max(value) filter (where rule = 'step_down_days'), 182)::integer as step_down_days,
        coalesce(max(value) filter (where rule = 'failures'), 2) as failures,
        coalesce(max(value) filter (where rule = 'failure_days'), 91)::integer as failure_days,
        coalesce(max(value) filter (where rule = 'referral_days'), 365)::integer as referral_days,
        coalesce(max(value) filter (where rule = 'more_days'), 182)::integer as more_days,
    from state_rules
),

items as (
    from state_items
    union all
    select *
    from (values ('nps', 90, null, 60, 365), ('csat', null, 75, 25, 91))
    where not exists (from state_items)
),

signs_of_life as (
    select
        customer_id,
        started_at as sign_at,
    from contacts
    where
        customer_id is not null
        and coalesce(initiated_by, 'customer') = 'customer'
    union all
    select
        customer_id,
        answered_at as sign_at,
    from surveys
    where
        customer_id is not null
        and answered_at is not null
        and score is not null
    union all
    select
        customer_id,
        occurred_at as sign_at,
    from loyalty
    cross join rules
    where
        kind in ('join', 'purchase', 'upgrade', 'downgrade', 'redemption', 'referral', 'return')
        or (kind = 'renewal' and renewal_is_a_sign)
),

-- Signs close enough to each other are one stretch of life: it begins with the first and ends so long after the last.
neighbours as (
    select
        customer_id,
        sign_at,
        lag(sign_at) over in_time as before_at,
        lead(sign_at) over in_time as after_at,
    from signs_of_life
    window in_time as (partition by customer_id order by sign_at)
),

standings as (
    select
        customer_id,
        occurred_at,
        kind = 'lapse' as ends,
        kind = 'purchase' as buys,
        coalesce(lag(kind) over in_time = 'lapse', false) as was_gone,
        bool_or(kind in ('renewal', 'lapse')) over (partition by customer_id) as has_contract,
        lead(occurred_at) over in_time as next_at,
        row_number() over in_time = 1 as is_first,
    from loyalty
    where kind in ('join', 'purchase', 'renewal', 'upgrade', 'return', 'lapse')
    window in_time as (partition by customer_id order by occurred_at, event_id)
),

purchases as (
    select
        customer_id,
        occurred_at,
        lead(occurred_at) over (partition by customer_id order by occurred_at) as next_at,
    from standings
    where
        buys
        and not has_contract
),

opinions as (
    select
        surveys.customer_id,
        surveys.answered_at,
        items.holds_days::integer as holds_days,
        percent_of_scale(score, scale_min, scale_max, scale_reversed) as opinion,
        items.fond_from,
        items.content_from,
        items.sour_to,
        lead(surveys.answered_at) over (
            partition by surveys.customer_id, surveys.item
            order by surveys.answered_at, surveys.response_id
        ) as next_at,
    from surveys
    join items using (item)
    where
        surveys.customer_id is not null
        and surveys.answered_at is not null
        and surveys.score is not null
),

-- What holds from one moment to another; `until_at` is null for what only another event ends.
holding as (
    select
        customer_id,
        'left' as what,
        occurred_at as from_at,
        next_at as until_at,
    from standings
    where
        ends
        and has_contract
    union all
    select
        customer_id,
        'left' as what,
        occurred_at + to_days(buyer_lapsed_days) as from_at,
        next_at as until_at,
    from purchases
    cross join rules
    where coalesce(next_at > occurred_at + to_days(buyer_lapsed_days), true)
    union all
    select
        customer_id,
        'switching' as what,
        started_at as from_at,
        started_at + to_days(switching_days) as until_at,
    from contacts
    cross join rules
    where
        switching
        and customer_id is not null
    union all
    select
        customer_id,
        'stepped down' as what,
        occurred_at as from_at,
        occurred_at + to_days(step_down_days) as until_at,
    from loyalty
    cross join rules
    where kind = 'downgrade'
    union all
    select
        customer_id,
        'failed' as what,
        known_at as from_at,
        known_at + to_days(failure_days) as until_at,
    from failures
    cross join rules
    where
        kind in ('broken promise', 'reopened case', 'complaint')
        and customer_id is not null
    union all
    select
        customer_id,
        case
            when opinion >= fond_from then 'fond'
            when opinion >= content_from then 'pleased'
            when opinion <= sour_to then 'sour'
            else 'lukewarm'
        end as what,
        answered_at as from_at,
        least(next_at, answered_at + to_days(holds_days)) as until_at,
    from opinions
    union all
    select
        customer_id,
        'brought' as what,
        occurred_at as from_at,
        occurred_at + to_days(referral_days) as until_at,
    from loyalty
    cross join rules
    where kind = 'referral'
    union all
    select
        customer_id,
        'took more' as what,
        occurred_at as from_at,
        occurred_at + to_days(more_days) as until_at,
    from loyalty
    cross join rules
    where kind in ('upgrade', 'redemption')
),

steps as (
    select
        customer_id,
        sign_at as moment,
        'alive' as what,
        1 as step,
    from neighbours
    cross join rules
    where coalesce(sign_at >= before_at + to_days(silent_days), true)
    union all
    select
        customer_id,
        sign_at + to_days(silent_days) as moment,
        'alive' as what,
        -1 as step,
    from neighbours
    cross join rules
    where coalesce(after_at >= sign_at + to_days(silent_days), true)
    union all
    select
        customer_id,
        from_at as moment,
        what,
        1 as step,
    from holding
    union all
    select
        customer_id,
        until_at as moment,
        what,
        -1 as step,
    from holding
    where until_at is not null
    union all
    -- A customer on record without a sign of life is there from the first event on: a renewal, say.
    select
        customer_id,
        occurred_at as moment,
        'there' as what,
        1 as step,
    from standings
    where is_first
),

moments as (
    select
        customer_id,
        moment,
        sum(step) filter (where what = 'alive')::integer as alive,
        sum(step) filter (where what = 'left')::integer as gone,
        sum(step) filter (where what = 'switching')::integer as switching,
        sum(step) filter (where what = 'stepped down')::integer as stepped_down,
        sum(step) filter (where what = 'failed')::integer as failed,
        sum(step) filter (where what = 'sour')::integer as sour,
        sum(step) filter (where what = 'fond')::integer as fond,
        sum(step) filter (where what = 'brought')::integer as brought,
        sum(step) filter (where what = 'pleased')::integer as pleased,
        sum(step) filter (where what = 'lukewarm')::integer as lukewarm,
        sum(step) filter (where what = 'took more')::integer as took_more,
    from steps
    group by customer_id, moment
),

standing as (
    select
        customer_id,
        moment,
        coalesce(sum(alive) over so_far, 0) > 0 as is_alive,
        coalesce(sum(gone) over so_far, 0) > 0 as is_gone,
        coalesce(sum(switching) over so_far, 0) > 0 as is_switching,
        coalesce(sum(stepped_down) over so_far, 0) > 0 as is_stepping_down,
        coalesce(sum(failed) over so_far, 0) as failed_times,
        coalesce(sum(sour) over so_far, 0) > 0 as is_sour,
        coalesce(sum(fond) over so_far, 0) > 0 as is_fond,
        coalesce(sum(brought) over so_far, 0) > 0 as has_brought,
        coalesce(sum(pleased) over so_far, 0) > 0 as is_pleased,
        coalesce(sum(lukewarm) over so_far, 0) > 0 as is_lukewarm,
        coalesce(sum(took_more) over so_far, 0) > 0 as has_taken_more,
    from moments
    window so_far as (partition by customer_id order by moment rows between unbounded preceding and current row)
),

judged as (
    select
        customer_id,
        moment,
        case
            when is_gone then ['lapsed', 'left']
            when not is_alive then ['silent', 'no sign of life']
            when is_switching then ['at risk', 'talked of leaving']
            when is_stepping_down then ['at risk', 'stepped down']
            when failed_times >= failures then ['at risk', 'failed again and again']
            when is_sour then ['at risk', 'said so']
            when has_brought then ['advocate', 'brought somebody in']
            when is_fond then ['advocate', 'said so']
            when is_pleased then ['content', 'said so']
            when has_taken_more then ['content', 'took more of us']
            when is_lukewarm then ['indifferent', 'said so']
            else ['indifferent', 'nothing tells']
        end as verdict,
    from standing
    cross join rules
),

turns as (
    select
        customer_id,
        moment,
        verdict,
        coalesce(verdict != lag(verdict) over (partition by customer_id order by moment), true) as is_new,
    from judged
)

select
    customer_id,
    moment as since,
    lead(moment) over (partition by customer_id order by moment) as until,
    verdict[1] as state,
    verdict[2] as because,
from turns
where is_new
