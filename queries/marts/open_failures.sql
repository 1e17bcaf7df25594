-- title: Open failures
-- grain: one row a failure that no export shows as put right
-- note: a failed attempt is left out: another try that went well leaves no trace, so it can't be called open
-- note: the age is counted to the newest export, whole days only
-- note: a customer who has left since can't be won back by putting it right; left_at says when

with

seen as (
    select coalesce((select max(known_until) from horizons), max(exported_at)) as as_of
    from failures
),

standing as (
    select
        customer_id,
        max(occurred_at) filter (where kind = 'lapse') as lapsed_at,
        max(occurred_at) filter (where kind in ('join', 'purchase', 'renewal', 'return', 'upgrade')) as active_at,
    from loyalty
    group by all
),

aged as (
    select
        failures.* exclude (recovered_at, how),
        seen.as_of,
        greatest(0, epoch(seen.as_of - failures.failed_at)::bigint // 86400) as age_days,
        failures.failed_at + recovery_standard() < seen.as_of as beyond_standard,
        case
            when lapsed_at > failed_at and coalesce(active_at < lapsed_at, true) then lapsed_at
        end as left_at,
    from failures
    cross join seen
    left join standing using (customer_id)
    where
        failures.recovered_at is null
        and failures.kind != 'failed attempt'
)

select
    aged.*,
    case
        when not beyond_standard then 1
        when age_days < 28 then 2
        when age_days < 91 then 3
        else 4
    end as band,
from aged
