-- title: One customer
-- question: Who is this, how do they stand with us, and what is likely next?
-- grain: one row, or none where there is no such customer, or no silo that was chosen has dealt with them
-- note: silo is the one of those chosen that dealt with them last
-- note: retained is the chance to stay over the outlook's window; value is what they pay a year

with

theirs as (
    select
        customer_id,
        silo,
        started_at,
    from contacts
    where customer_id = $customer
),

met as (
    select
        count(*) as contacts,
        count(distinct silo) as silos,
        min(started_at) as first_at,
        max(started_at) as last_at,
        max_by(silo, started_at) as last_silo,
        max_by(silo, started_at) filter (where chosen($silos, silo)) as silo,
    from theirs
),

bonds as (
    select
        max(occurred_at) filter (where kind = 'lapse') as lapsed_at,
        max(occurred_at) filter (where kind in ('join', 'purchase', 'renewal', 'return', 'upgrade')) as active_at,
        sum(amount) filter (where kind in ('purchase', 'renewal')) as paid,
        max(currency) as currency,
        count(*) as events,
    from loyalty
    where customer_id = $customer
),

standing as (
    select
        state,
        because,
        since,
    from customer_states
    where
        customer_id = $customer
        and since <= (select max(moment) from state_moments)
    order by since desc
    limit 1
),

open as (
    select
        count(*) as failures,
        max(age_days) as oldest_days,
    from open_failures
    where customer_id = $customer
)

select
    customers.customer_id,
    met.silo,
    customers.kind,
    customers.segment,
    customers.region,
    local_time(customers.joined_at) as joined_at,
    met.contacts,
    met.silos,
    local_time(met.first_at) as first_at,
    local_time(met.last_at) as last_at,
    met.last_silo,
    bonds.events,
    bonds.paid::double as paid,
    bonds.currency,
    case when lapsed_at is not null and coalesce(active_at < lapsed_at, true) then local_time(lapsed_at) end as left_at,
    outlook_customers.retained,
    outlook_customers.value as worth,
    outlook_customers.at_risk as risked,
    outlook_model.basis,
    outlook_model.refusal,
    outlook_model.horizon_weeks,
    outlook_model.made_at,
    open.failures,
    open.oldest_days,
    standing.state,
    standing.because,
    local_time(standing.since) as state_since,
from customers
cross join met
cross join bonds
cross join open
left join outlook_customers on customers.customer_id = outlook_customers.customer_id
left join outlook_model on true
left join standing on true
where
    customers.customer_id = $customer
    and (met.silo is not null or coalesce(len($silos), 0) = 0)
limit 1
