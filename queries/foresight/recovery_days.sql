-- title: How long it takes to put failures right
-- grain: kind, silo, whole days, and whether it was put right then or is open at that age
-- note: failures of the year before the newest export; an open one counts for as long as it has been open

with

seen as (
    select coalesce((select max(known_until) from horizons), max(exported_at)) as as_of
    from failures
),

waits as (
    select
        failures.kind,
        coalesce(failures.silo, 'No silo') as silo,
        epoch(coalesce(recovered_at, as_of) - failed_at) / 86400 as days,
        recovered_at is not null as put_right,
    from failures
    cross join seen
    where
        failures.kind != 'failed attempt'
        and failed_at >= as_of - interval 52 weeks
        and failed_at < as_of
)

select
    kind,
    silo,
    -- Rounded up: put right within seven days is day 7, at most.
    ceil(greatest(days, 0))::bigint as days,
    put_right,
    count(*) as failures,
from waits
group by all
order by all
