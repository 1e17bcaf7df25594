-- title: Failures
-- grain: one row a failure: a broken promise, a reopened case, a failed attempt, a complaint, a detractor's answer
-- month: failed_at
-- by: customer_id
-- note: a case that broke its promise and was reopened as well is one failure: the broken promise
-- note: a promise without a date can't be aged, so it is not here; nor is an answer that names no customer
-- note: contacts about a complaint within one episode are one failure, put right when the last of them is settled
-- note: an answer is put right by a later human contact that is settled, or by a later answer of no detractor
-- note: an answer that names no silo stands with the silo that dealt with the customer last before it

with

judged as (
    select
        *,
        promised_at is not null
        and promised_at <= coalesce(due_until, promised_at)
        and not coalesce(promise_kept, resolved_at <= promised_at, promised_at > exported_at, true) as broke_promise,
    from contacts
),

cases as (
    select
        case
            when broke_promise then 'broken promise'
            when reopened then 'reopened case'
            else 'failed attempt'
        end as kind,
        'interactions' as feed,
        interaction_id as row_id,
        case when broke_promise then promised_at else started_at end as failed_at,
        -- No export tells when a case was reopened: by the time it was settled or exported, it was known.
        case
            when broke_promise then promised_at
            when reopened then greatest(started_at, coalesce(resolved_at, exported_at))
            else started_at
        end as known_at,
        coalesce(case when failed then human_after_at end, resolved_at) as settled_at,
        case
            when failed and human_after_at is not null then 'a person took it up'
            when broke_promise then 'done after the promised moment'
            else 'settled'
        end as settled_how,
        source,
        customer_id,
        silo,
        stage,
        touchpoint,
        channel,
        mode,
        reason,
        exported_at,
    from judged
    where
        broke_promise
        or reopened
        or failed
),

raised as (
    select
        customer_id,
        min(started_at) as failed_at,
        -- One struct is put in order once.
        first(
            {
                'source': source,
                'row_id': interaction_id,
                'silo': silo,
                'stage': stage,
                'touchpoint': touchpoint,
                'channel': channel,
                'mode': mode,
                'reason': reason
            }
            order by started_at, interaction_id
        ) as opening,
        last(
            { 'settled_at': resolved_at, 'exported_at': exported_at } order by started_at, interaction_id
        ) as closing,
    from contacts
    where
        is_complaint(silo, reason)
        and coalesce(initiated_by, 'customer') = 'customer'
    group by
        customer_id,
        episode_id
),

complaints as (
    select
        'complaint' as kind,
        'interactions' as feed,
        failed_at,
        failed_at as known_at,
        'settled' as settled_how,
        customer_id,
        opening.*,
        closing.*,
    from raised
),

answers as (
    select
        source,
        response_id,
        item,
        customer_id,
        silo,
        stage,
        touchpoint,
        channel,
        answered_at,
        exported_at,
        is_detractor(score) as detracts,
        min(case when not is_detractor(score) then answered_at end) over (
            partition by customer_id
            order by answered_at, response_id
            rows between 1 following and unbounded following
        ) as better_at,
    from surveys
    where
        item = 'nps'
        and score is not null
        and answered_at is not null
        and customer_id is not null
),

around as (
    select
        answers.source,
        answers.response_id,
        min(contacts.resolved_at) filter (
            where
            contacts.mode = 'human'
            and contacts.started_at > answers.answered_at
        ) as contact_at,
        last(contacts.silo order by contacts.started_at, contacts.interaction_id) filter (
            where
            contacts.started_at <= answers.answered_at
        ) as last_silo,
    from answers
    join contacts using (customer_id)
    where answers.detracts
    group by
        answers.source,
        answers.response_id
),

detractors as (
    select
        'detractor''s answer' as kind,
        'surveys' as feed,
        response_id as row_id,
        answered_at as failed_at,
        answered_at as known_at,
        least(contact_at, better_at) as settled_at,
        case
            when better_at <= coalesce(contact_at, better_at) then 'a later answer was better'
            else 'a later contact was settled'
        end as settled_how,
        source,
        customer_id,
        coalesce(silo, last_silo) as silo,
        stage,
        touchpoint,
        channel,
        null::varchar as mode,
        null::varchar as reason,
        exported_at,
    from answers
    left join around using (source, response_id)
    where detracts
)

select
    concat_ws('/', kind, source, row_id) as failure,
    kind,
    feed,
    source,
    row_id,
    customer_id,
    silo,
    stage,
    touchpoint,
    channel,
    mode,
    reason,
    failed_at,
    known_at,
    -- A case may be settled before the moment for which it was promised; greatest() would take nothing for a moment.
    case when settled_at is not null then greatest(settled_at, failed_at) end as recovered_at,
    case when settled_at is not null then settled_how end as how,
    exported_at,
from (from cases union all by name from complaints union all by name from detractors)
