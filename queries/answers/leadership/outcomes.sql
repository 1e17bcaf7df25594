-- title: Outcomes now
-- question: Do customers stay, buy again, spend and recommend us?
-- grain: one row an outcome
-- own: target
-- note: over the last four full weeks, with a 95% interval

select
    indicators.indicator,
    indicators.title,
    indicators.question,
    indicators.unit,
    indicators.better,
    indicators.notes,
    case
        when indicators.unit = 'money' then (select mode(currency) from loyalty where amount is not null)
    end as currency,
    trends.now,
    trends.low,
    trends.high,
    trends.before,
    trends.observations_now as observations,
    trends.verdict,
    trends.rule,
    trends.since,
    trends.target,
    trends.owner,
    trends.last_week,
from indicators
left join trends
    on
        trends.indicator = indicators.indicator
        and trends.silo = 'All silos'
where indicators.indicator in ('retained', 'bought_again', 'value', 'net_promoter')
order by list_position(['retained', 'bought_again', 'value', 'net_promoter'], indicators.indicator)
