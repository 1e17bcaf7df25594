-- title: Steps and commitments
-- question: What did people declare or promise on this indicator, and when?
-- grain: one row a mark on the chart

select
    silo,
    week as day,
    'step' as kind,
    reason as label,
    declared_by as who,
    null::date as due,
    null as state,
from steps
where
    indicator = $indicator
    and silo in (select silo from indicator_silos)
    and ($silo is null or silo = $silo)

union all by name

select
    silo,
    start as day,
    'commitment' as kind,
    title as label,
    owner as who,
    due,
    state,
from commitments
where
    indicator = $indicator
    and silo in (select silo from indicator_silos)
    and ($silo is null or silo = $silo)
order by day
