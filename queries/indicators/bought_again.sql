-- title: Bought again
-- question: After a purchase, does the customer come back within a quarter?
-- unit: share
-- better: higher
-- lens: outcome
-- kind: outcome
-- feed: loyalty
-- note: another purchase on a later day within 91 days; known when they have passed

with

purchases as (
    select
        *,
        date_trunc('day', occurred_at) as day,
        max(exported_at) over (partition by source) as known_until,
    from loyalty
    where kind = 'purchase'
),

days as (
    select
        source,
        customer_id,
        day,
        max(occurred_at) as occurred_at,
        max(event_id) as event_id,
        any_value(known_until) as known_until,
        lead(day) over (partition by source, customer_id order by day) as next_day,
    from purchases
    group by source, customer_id, day
)

select
    customer_id,
    occurred_at as observed_at,
    occurred_at + interval 91 days as known_at,
    event_id as row_id,
    null as silo,
    'use' as stage,
    null as touchpoint,
    null as channel,
    null as mode,
    one_if(next_day <= day + interval 91 days) as value,
    1 as weight,
from days
where occurred_at + interval 91 days <= known_until or known_until is null
