-- title: Moments at which states are read
-- grain: one row a moment: the end of a month, or a Monday
-- month: moment
-- note: from when silence can be told from no record (the first contact, answer or purchase, and the days that make silence)
-- note: up to when every feed that tells of customers has been exported
-- note: on a Monday a quarter of the customers is read (`turn`): each once in four weeks, and every week a part of all

with

seen as (
    select
        min(started_at) as first_at,
        max(exported_at) as until_at,
    from contacts
    where customer_id is not null
    union all
    select
        min(answered_at) as first_at,
        max(exported_at) as until_at,
    from surveys
    where
        customer_id is not null
        and score is not null
    union all
    select
        min(occurred_at) filter (where kind in ('purchase', 'renewal', 'lapse')) as first_at,
        max(exported_at) as until_at,
    from loyalty
),

span as (
    select
        min(first_at)
        + to_days(coalesce((select max(value) from state_rules where rule = 'silent_days'), 182)::integer) as since,
        min(until_at) as until,
    from seen
    where first_at is not null
),

days as (
    select distinct
        week as day,
        'week' as kind,
    from calendar
    union
    select distinct
        month as day,
        'month' as kind,
    from calendar
),

moments as (
    select
        timezone('UTC', timezone(company_zone(), day::timestamp))::timestamp as moment,
        kind,
        day,
    from days
)

select
    moment,
    kind,
    day,
    (date_diff('day', date '2001-01-01', day) // 7) % 4 as turn,
from moments
cross join span
where
    moment >= since
    and moment <= until
