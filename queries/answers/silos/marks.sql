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
    null as verdict,
from steps
where
    indicator = $indicator
    and silo in (select silo from indicator_silos)
    and ($silo is null or silo = $silo)

union all by name

select
    commitments.silo,
    commitments.start as day,
    'commitment' as kind,
    commitments.title as label,
    commitments.owner as who,
    commitments.due,
    commitments.state,
    verdicts.word as verdict,
from commitments
left join verdicts
    on
        verdicts.commitment = commitments.id
        and verdicts.measure = 'indicator'
where
    commitments.indicator = $indicator
    and commitments.silo in (select silo from indicator_silos)
    and ($silo is null or commitments.silo = $silo)

union all by name

select
    silo,
    done_on as day,
    'done' as kind,
    title as label,
    owner as who,
    null::date as due,
    state,
    null as verdict,
from commitments
where
    indicator = $indicator
    and done_on is not null
    and silo in (select silo from indicator_silos)
    and ($silo is null or silo = $silo)
order by day
