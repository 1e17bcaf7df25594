-- title: The weeks ahead
-- question: Where is each forecast indicator heading, week by week?
-- grain: indicator and week of one silo, or of all
-- note: naive: the last value, or the same week a year before, whichever was nearer in the past

select
    indicator,
    week,
    any_value(value) as value,
    any_value(naive) as naive,
    any_value(lower) filter (where nominal = 80) as lower_inner,
    any_value(upper) filter (where nominal = 80) as upper_inner,
    any_value(lower) filter (where nominal = 95) as lower,
    any_value(upper) filter (where nominal = 95) as upper,
from forecasts
where
    target = 'week'
    and silo = coalesce($silo, 'All silos')
group by
    indicator,
    week
order by
    indicator,
    week
