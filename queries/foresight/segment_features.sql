-- title: What customers are like
-- grain: one row a customer who has not lapsed at the end of the newest month
-- note: over the 52 weeks before; customers of less than a year are left out, as their year is not one

with

month as (
    select max(moment) as ends_at
    from state_moments
    where kind = 'month'
),

here as (
    select
        customer_states.customer_id,
        customer_states.state,
        month.ends_at,
    from customer_states
    join month
        on
            month.ends_at > customer_states.since
            and month.ends_at <= coalesce(customer_states.until, timestamp '9999-01-01')
    where customer_states.state != 'lapsed'
),

begun as (
    select
        customer_id,
        min(since) as first_at,
    from customer_states
    group by customer_id
),

met as (
    select
        contacts.customer_id,
        count(*) filter (where contacts.mode = 'digital') as digital,
        count(*) filter (where contacts.mode = 'human') as human,
        count(distinct contacts.silo) as silos,
        count(*) filter (where contacts.mode = 'digital' and contacts.failed) as attempts_failed,
    from contacts
    cross join month
    where
        contacts.customer_id is not null
        and contacts.started_at < month.ends_at
        and contacts.started_at >= month.ends_at - interval 52 weeks
    group by contacts.customer_id
),

wronged as (
    select
        failures.customer_id,
        count(*) as failures,
    from failures
    cross join month
    where
        failures.kind in ('broken promise', 'reopened case', 'complaint')
        and failures.known_at < month.ends_at
        and failures.known_at >= month.ends_at - interval 52 weeks
    group by failures.customer_id
),

spoken as (
    select
        surveys.customer_id,
        count(distinct response_id) as answers,
    from surveys
    cross join month
    where
        surveys.score is not null
        and surveys.answered_at < month.ends_at
        and surveys.answered_at >= month.ends_at - interval 52 weeks
    group by surveys.customer_id
),

paid as (
    select
        loyalty.customer_id,
        sum(loyalty.amount)::double as value,
        count(*) filter (where loyalty.kind = 'purchase') as purchases,
    from loyalty
    cross join month
    where
        loyalty.kind in ('purchase', 'renewal')
        and loyalty.occurred_at < month.ends_at
        and loyalty.occurred_at >= month.ends_at - interval 52 weeks
    group by loyalty.customer_id
)

select
    here.customer_id,
    here.state,
    customers.segment,
    coalesce(met.digital, 0)::double as digital,
    coalesce(met.human, 0)::double as human,
    coalesce(met.silos, 0)::double as silos,
    coalesce(met.attempts_failed, 0)::double as attempts_failed,
    coalesce(wronged.failures, 0)::double as failures,
    coalesce(spoken.answers, 0)::double as answers,
    coalesce(paid.value, 0)::double as value,
    coalesce(paid.purchases, 0)::double as purchases,
    date_diff('day', least(begun.first_at, customers.joined_at), here.ends_at)::double as tenure,
from here
join begun using (customer_id)
left join customers using (customer_id)
left join met using (customer_id)
left join wronged using (customer_id)
left join spoken using (customer_id)
left join paid using (customer_id)
where least(begun.first_at, coalesce(customers.joined_at, begun.first_at)) <= here.ends_at - interval 52 weeks
order by here.customer_id
