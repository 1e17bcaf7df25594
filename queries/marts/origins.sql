-- title: Origins
-- grain: one row a moment at which a forecast is made, or would have been
-- note: every fourth Monday, counted from a fixed one, so that a new week moves no origin; the last row is now
-- note: some history comes first (half a year; of purchases a quarter): before it a customer has no usual level
-- note: loyalty is on record up to the newest week, which may not be over, or to the last week that is no fifth of a usual one

with

by_week as (
    select
        week_of(occurred_at) as week,
        count(*) as events,
    from loyalty
    where kind in ('purchase', 'renewal', 'lapse')
    group by all
),

span as (
    select
        (select min(week) from by_week) as first_event,
        least(max(week) + 7, (select max(week) from by_week)) as seen_until,
    from by_week
    where events >= (select 0.2 * median(events) from by_week)
),

first_contact as (
    select min(week_of(started_at)) as week from contacts
),

started as (
    select
        seen_until,
        greatest(first_event, coalesce(first_contact.week, first_event))
        + case
            when exists (select 1 from loyalty where kind = 'lapse') then interval 26 weeks
            else interval 13 weeks
        end as first_origin,
    from span
    cross join first_contact
    where seen_until is not null
),

mondays as (
    select
        unnest(generate_series(date '2001-01-01', seen_until::date, interval 4 weeks)) as origin,
        seen_until,
        first_origin,
    from started
)

select
    origin::timestamp as origin,
    seen_until::timestamp as seen_until,
    false as is_now,
from mondays
where origin >= first_origin
union all
select
    seen_until::timestamp as origin,
    seen_until::timestamp as seen_until,
    true as is_now,
from started
order by is_now, origin
