-- title: Without owner
-- question: Which measured indicators have nobody who answers for them?
-- grain: indicator and silo

select
    indicators.indicator,
    indicators.title,
    indicator_silos.silo,
    silos.leader,
from indicator_silos
join indicators using (indicator)
left join owners using (indicator, silo)
left join silos using (silo)
where
    owners.owner is null
    and chosen($silos, indicator_silos.silo)
order by
    indicators.title,
    indicator_silos.silo
