-- title: What has been, of what is forecast
-- question: How did the forecast indicators run over the last year?
-- grain: indicator and week of one silo, or of all

select
    indicator,
    week,
    value,
    observations,
from silo_weeks
where
    silo = coalesce($silo, 'All silos')
    and indicator in (select indicator from forecast_standing)
    and weeks_ago <= 52
order by
    indicator,
    week
