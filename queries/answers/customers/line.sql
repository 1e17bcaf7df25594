-- title: One customer's line
-- question: What happened between us, silo by silo, in the order of time?
-- grain: one row an event: a contact, a promise that fell due, an answer or an invitation, a loyalty event
-- note: tone is good, bad or calm; the newest $rows of them
-- note: predicted is what a customer like this would say of the contact, 0 to 100

with

met as (
    select
        started_at as moment,
        'contact' as what,
        silo as lane,
        case
            when failed or reopened then 'bad'
            when switching then 'bad'
            else 'calm'
        end as tone,
        concat_ws(
            ', ',
            touchpoint,
            reason,
            case when failed then 'failed' end,
            case when reopened then 'reopened' end,
            case when switching then 'talked of leaving' end,
            case when transfers > 0 then 'passed on' end,
            case when not recognised then 'not recognised' end,
            case when resolved_at is null and not coalesce(failed, false) then 'not settled' end
        ) as told,
        mode,
        interaction_id,
        source,
    from contacts
    where customer_id = $customer
),

due as (
    select
        promised_at as moment,
        'promise' as what,
        silo as lane,
        case when coalesce(promise_kept, resolved_at <= promised_at, false) then 'good' else 'bad' end as tone,
        case
            when coalesce(promise_kept, resolved_at <= promised_at, false) then 'promise kept'
            when resolved_at is null then 'promise broken, and still open'
            else 'promise broken'
        end as told,
    from contacts
    left join horizons using (source)
    where
        customer_id = $customer
        and promised_at is not null
        and promised_at <= least(coalesce(due_until, promised_at), coalesce(known_until, promised_at))
),

asked as (
    select
        coalesce(answered_at, asked_at) as moment,
        case when answered_at is null then 'silence' else 'answer' end as what,
        'Surveys' as lane,
        case
            when answered_at is null then 'calm'
            when said >= 75 then 'good'
            when said < 50 then 'bad'
            else 'calm'
        end as tone,
        case
            when answered_at is null then 'asked, did not answer'
            when said is null then 'answered'
            else 'said ' || round(said)::integer || ' of 100'
        end || coalesce(' about ' || touchpoint, '') as told,
        said,
    from invitations
    where
        customer_id = $customer
        and is_known
),

bonds as (
    select
        occurred_at as moment,
        'loyalty' as what,
        'Loyalty' as lane,
        case
            when kind in ('lapse', 'downgrade') then 'bad'
            when kind in ('upgrade', 'referral', 'return') then 'good'
            else 'calm'
        end as tone,
        kind || coalesce(', ' || reason, '') as told,
        amount::double as amount,
        currency,
    from loyalty
    where customer_id = $customer
),

everything as (
    select
        moment,
        what,
        lane,
        tone,
        told,
        mode,
        null::double as said,
        predicted,
        null::double as amount,
        null::varchar as currency,
    from met
    left join (
        select
            source,
            interaction_id,
            predicted,
        from satisfaction
        where customer_id = $customer
    ) as scored using (source, interaction_id)
    union all by name
    select * from due
    union all by name
    select * from asked
    union all by name
    select * from bonds
)

select
    local_time(moment) as moment,
    what,
    lane,
    tone,
    told,
    mode,
    said,
    predicted,
    amount,
    currency,
    count(*) over () as events,
from everything
where moment is not null
order by
    moment desc,
    what,
    told
limit $rows
