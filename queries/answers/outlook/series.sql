-- title: What has a weekly forecast
-- question: Which indicators are forecast, in which silos, and where not and why?
-- grain: indicator and silo
-- note: quarter: the mean of the coming quarter, with a 95% interval

select
    forecast_standing.indicator,
    forecast_standing.silo,
    indicators.title,
    indicators.unit,
    indicators.better,
    indicators.indicator in ('retained', 'bought_again', 'value', 'net_promoter') as is_outcome,
    case
        when indicators.unit = 'money' then (select mode(currency) from loyalty where amount is not null)
    end as currency,
    forecast_standing.weeks,
    forecast_standing.told,
    forecast_standing.reason,
    forecast_standing.more_weeks,
    forecast_standing.method,
    forecast_standing.beats_naive,
    forecast_standing.origins,
    quarter.made_at,
    quarter.value as heading,
    quarter.naive as heading_naive,
    quarter.lower as heading_low,
    quarter.upper as heading_high,
from forecast_standing
join indicators using (indicator)
left join forecasts as quarter
    on
        quarter.indicator = forecast_standing.indicator
        and quarter.silo = forecast_standing.silo
        and quarter.target = 'quarter'
        and quarter.nominal = 95
order by
    list_position(['retained', 'bought_again', 'value', 'net_promoter'], indicators.indicator) nulls last,
    indicators.title,
    case forecast_standing.silo when 'All silos' then 0 else 1 end,
    forecast_standing.silo
