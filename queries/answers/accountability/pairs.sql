-- title: What is measured, and who answers for it
-- question: Which indicators does each silo have, how do they stand, and who owns them?
-- grain: indicator and silo
-- own: target
-- note: whether the standard is met as it runs is said of a steady process only

select
    indicators.indicator,
    indicators.title,
    indicators.unit,
    indicators.better,
    indicator_silos.silo,
    silos.leader,
    owners.owner,
    owners.deputy,
    trends.verdict,
    trends.since,
    trends.now,
    trends.low,
    trends.high,
    trends.observations_now as observations,
    standards.target,
    case indicators.better
        when 'higher' then trends.now >= standards.target
        else trends.now <= standards.target
    end as met,
    case
        when standards.target is null then null
        when trends.verdict = 'no real change' and trends.settled is null then trends.capability
        when trends.capability is not null then 'moving'
    end as capable,
from indicator_silos
join indicators using (indicator)
left join trends using (indicator, silo)
left join owners using (indicator, silo)
left join silos using (silo)
left join standards using (indicator)
order by
    indicators.title,
    indicator_silos.silo
