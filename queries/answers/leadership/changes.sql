-- title: What changed
-- question: What is a real change since the review date, and where?
-- grain: one row a change that stands up to the number of charts
-- note: a change of the whole company and of one of its silos are both told

select
    trends.indicator,
    indicators.title,
    indicators.unit,
    indicators.better,
    case
        when indicators.unit = 'money' then (select mode(currency) from loyalty where amount is not null)
    end as currency,
    trends.silo,
    trends.verdict,
    trends.rule,
    trends.since,
    trends.now,
    trends.before,
    trends.centre,
    trends.observations_now as observations,
    owners.owner,
from trends
join indicators using (indicator)
left join owners using (indicator, silo)
where
    trends.called
    and chosen($silos, trends.silo)
    and within(trends.since, $since::date, null)
order by
    case trends.verdict when 'worsening' then 0 else 1 end,
    trends.p_value,
    indicators.title
