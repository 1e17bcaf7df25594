-- title: Customers worth a call
-- question: Whom should we call first, by the loyalty that is at risk?
-- grain: one row a customer whose contract runs or who bought within the year
-- note: risked is what they pay a year times the chance that it is lost; customers who have left are not here
-- note: silo is the one of those chosen that dealt with them last
-- note: reasons are what a caller can speak about, what hurts most first; strongest is what raises the forecast's risk most
-- note: in_hand says that somebody is already putting something right for them

with

mine as (
    select
        customer_id,
        max_by(silo, started_at) as silo,
    from contacts
    where
        customer_id is not null
        and chosen($silos, silo)
    group by all
),

open as (
    select
        open_failures.customer_id,
        count(*) as failures,
        bool_or(coalesce(recoveries.state, 'open') in ('acknowledged', 'assigned')) as in_hand,
        arg_max(open_failures.kind, open_failures.age_days) as oldest_kind,
        max(open_failures.age_days) as oldest_days,
    from open_failures
    left join recoveries using (failure)
    where
        open_failures.customer_id is not null
        and coalesce(recoveries.state != 'resolved', true)
    group by all
),

reasons as (
    select
        customer_id,
        list(
            { 'what': what, 'about': about, 'said': said, 'happened_on': local_time(happened_at)::date }
            order by rank
        ) as reasons,
    from call_reasons
    group by all
),

forecast as (
    select
        customer_id,
        arg_max(feature, contribution) as strongest,
    from outlook_reasons
    where
        rank > 0
        and contribution > 0
        and feature not in ('base', 'everything else')
    group by all
)

select
    outlook_customers.customer_id,
    mine.silo,
    outlook_customers.segment,
    outlook_customers.touched_by,
    1 - outlook_customers.retained as chance,
    outlook_customers.value as worth,
    outlook_customers.at_risk as risked,
    outlook_model.currency,
    outlook_model.horizon_weeks,
    open.failures,
    open.oldest_kind,
    open.oldest_days,
    coalesce(open.in_hand, false) as in_hand,
    reasons.reasons,
    forecast.strongest,
    count(*) over () as candidates,
    sum(one_if(coalesce(open.in_hand, false))) over () as left_out,
from outlook_customers
cross join outlook_model
left join open using (customer_id)
left join reasons using (customer_id)
left join forecast using (customer_id)
left join mine using (customer_id)
where
    outlook_customers.at_risk > 0
    and (coalesce(len($silos), 0) = 0 or mine.silo is not null)
order by
    in_hand,
    outlook_customers.at_risk desc,
    outlook_customers.customer_id
limit $rows
