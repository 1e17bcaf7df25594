-- title: Standards missed
-- question: Which standard is never met as the process runs today, and where?
-- grain: indicator and silo
-- own: target
-- note: said of a steady process only

select
    indicators.indicator,
    indicators.title,
    indicators.unit,
    indicators.better,
    trends.silo,
    trends.now,
    trends.observations_now as observations,
    standards.target,
    coalesce(owners.owner, silos.leader) as owner,
from trends
join indicators using (indicator)
join standards using (indicator)
left join owners using (indicator, silo)
left join silos using (silo)
where
    trends.capability = 'never'
    and trends.verdict = 'no real change'
    and trends.settled is null
    and trends.silo != 'All silos'
order by
    indicators.title,
    trends.silo
