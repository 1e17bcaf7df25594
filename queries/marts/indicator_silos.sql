-- title: What is measured
-- grain: indicator, silo
-- note: a pair that is not here was never observed: it is not measured, which is neither 0 nor 100%

select
    indicator,
    silo,
    sum(observations)::bigint as observations,
    min(week) as first_week,
    max(week) as last_week,
from silo_totals
where silo is not null
group by all
