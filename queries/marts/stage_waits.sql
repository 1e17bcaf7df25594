-- title: Waits by stage
-- grain: stage, and stage and silo; of the 52 full weeks up to the last one
-- note: from the start of a contact until somebody answers; a contact by the company waits for nobody

with

span as (
    select max(week) as newest
    from indicator_weeks
),

waited as (
    select
        stage,
        silo,
        coalesce(wait_seconds, epoch(answered_at - started_at)) as seconds,
    from contacts
    cross join span
    where
        coalesce(initiated_by, 'customer') != 'company'
        and started_at >= span.newest - interval 52 weeks
        and started_at < span.newest
        and coalesce(wait_seconds, epoch(answered_at - started_at)) >= 0
)

select
    stage,
    silo,
    count(*)::bigint as observations,
    median(seconds) as half_within,
    quantile_cont(seconds, 0.9) as nine_in_ten_within,
from waited
group by grouping sets ((stage), (stage, silo), ())
