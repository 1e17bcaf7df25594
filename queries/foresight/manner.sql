-- title: Efficient and personal, silo by silo and quarter by quarter
-- grain: silo, quarter
-- note: cost and time against what contacts of the same channel and reason usually take here: 1 is as usual, less is cheaper
-- note: loyal: of those who were met in the quarter and still customers at its end, who did not lapse in half a year
-- note: alike: contacts that took between half and double the middle time of the same silo, channel and reason
-- note: adapted: right the first time after a digital attempt had failed

with

cases as (
    select
        interactions.customer_id,
        interactions.silo,
        date_trunc('quarter', calendar.month)::date as quarter,
        interactions.channel,
        interactions.reason,
        interactions.handle_seconds,
        interactions.cost::double as cost,
    from interactions
    join calendar on calendar.slot = epoch(interactions.started_at)::bigint // 900
    where interactions.silo is not null
),

bounds as (
    select
        quarter,
        timezone('UTC', timezone(company_zone(), quarter::timestamp))::timestamp as begins_at,
        timezone('UTC', timezone(company_zone(), quarter + interval 3 months))::timestamp as ends_at,
    from (select distinct quarter from cases)
),

usual as (
    select
        channel,
        reason,
        avg(cost) as cost,
        avg(handle_seconds) as handle_seconds,
    from cases
    group by all
),

middling as (
    select
        silo,
        channel,
        reason,
        median(handle_seconds) as handle_seconds,
    from cases
    group by all
),

measured as (
    select
        cases.silo,
        cases.quarter,
        cases.cost,
        cases.handle_seconds,
        case when cases.cost is not null then usual.cost end as usual_cost,
        case when cases.handle_seconds is not null then usual.handle_seconds end as usual_seconds,
        case
            when cases.handle_seconds is not null
                then one_if(cases.handle_seconds between middling.handle_seconds / 2 and middling.handle_seconds * 2)
        end as is_alike,
    from cases
    left join usual
        on
            usual.channel is not distinct from cases.channel
            and usual.reason is not distinct from cases.reason
    left join middling
        on
            middling.silo = cases.silo
            and middling.channel is not distinct from cases.channel
            and middling.reason is not distinct from cases.reason
),

efficient as (
    select
        silo,
        quarter,
        count(*) as contacts,
        avg(cost) as cost,
        avg(handle_seconds) as handle_seconds,
        avg(is_alike) as alike,
        sum(cost) / nullif(sum(usual_cost), 0) as cost_ratio,
        sum(handle_seconds) / nullif(sum(usual_seconds), 0) as time_ratio,
        sqrt(sum((cost - usual_cost) ** 2)) / nullif(sum(usual_cost), 0) as cost_error,
        sqrt(sum((handle_seconds - usual_seconds) ** 2)) / nullif(sum(usual_seconds), 0) as time_error,
    from measured
    group by all
),

personal as (
    select
        silo,
        quarter,
        avg(is_known) as recognised,
        avg(is_adapted) as adapted,
        var_samp(is_known) / nullif(count(is_known), 0) as recognised_variance,
        var_samp(is_adapted) / nullif(count(is_adapted), 0) as adapted_variance,
    from (
        select
            contacts.silo,
            date_trunc('quarter', calendar.month)::date as quarter,
            case when recognised is not null then one_if(recognised) end as is_known,
            case
                when after_digital_failure and mode = 'human' and right_first_time is not null
                    then one_if(right_first_time)
            end as is_adapted,
        from contacts
        join calendar on calendar.slot = epoch(contacts.started_at)::bigint // 900
        where contacts.silo is not null
    )
    group by all
),

felt as (
    select
        surveys.silo,
        date_trunc('quarter', calendar.month)::date as quarter,
        avg(percent_of_scale(score, scale_min, scale_max, scale_reversed)) / 100 as empathy,
        var_samp(percent_of_scale(score, scale_min, scale_max, scale_reversed) / 100) / count(*) as empathy_variance,
        count(*) as answers,
    from surveys
    join calendar on calendar.slot = epoch(surveys.answered_at)::bigint // 900
    where
        surveys.item = 'empathy'
        and surveys.silo is not null
        and surveys.score is not null
    group by all
),

met as (
    select distinct
        cases.customer_id,
        cases.silo,
        cases.quarter,
        bounds.ends_at,
    from cases
    join bounds using (quarter)
    where cases.customer_id is not null
),

lapses as (
    select
        customer_id,
        bounds.quarter,
        bool_or(occurred_at < ends_at) as before,
        bool_or(occurred_at >= ends_at) as after,
    from loyalty
    join bounds
        on
            occurred_at >= begins_at
            and occurred_at < ends_at + interval 26 weeks
    where kind = 'lapse'
    group by all
),

seen as (
    select
        max(occurred_at) as until_at,
        count(*) filter (where kind = 'lapse') > 0 as tells,
    from loyalty
),

stayed as (
    select
        met.silo,
        met.quarter,
        count(distinct met.customer_id) as customers,
        1 - avg(one_if(lapses.after)) as loyal,
    from met
    left join lapses using (customer_id, quarter)
    cross join seen
    where
        seen.tells
        and met.ends_at + interval 26 weeks <= seen.until_at
        and not coalesce(lapses.before, false)
    group by all
)

select
    efficient.*,
    personal.* exclude (silo, quarter),
    felt.* exclude (silo, quarter),
    stayed.customers,
    stayed.loyal,
    bounds.ends_at <= (select max(exported_at) from contacts) as is_over,
from efficient
join bounds using (quarter)
left join personal using (silo, quarter)
left join felt using (silo, quarter)
left join stayed using (silo, quarter)
order by efficient.silo, efficient.quarter
