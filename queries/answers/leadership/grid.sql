-- title: Silo by indicator
-- question: Which indicators move, in which silo, and who answers for it?
-- grain: indicator and silo; a pair that was never observed is there, without figures
-- own: target
-- note: outcomes belong to the whole company and stand above the grid

with

pairs as (
    select
        indicators.*,
        columns.silo,
    from indicators
    cross join (
        select silo from indicator_silos
        union
        select 'All silos' as silo
    ) as columns
    where
        indicators.kind != 'outcome'
        and chosen($silos, columns.silo)
)

select
    pairs.indicator,
    pairs.title,
    pairs.unit,
    pairs.better,
    pairs.lens,
    pairs.silo,
    trends.verdict,
    trends.rule,
    trends.since,
    trends.now,
    trends.low,
    trends.high,
    trends.observations_now as observations,
    trends.capability,
    trends.target,
    owners.owner,
from pairs
left join trends using (indicator, silo)
left join owners using (indicator, silo)
order by
    list_position(['inside-out', 'outside-in', 'management'], pairs.lens),
    pairs.title,
    case when pairs.silo = 'All silos' then 0 else 1 end,
    pairs.silo
