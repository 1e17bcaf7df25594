-- title: Leading indicators by week
-- question: How did the indicators that run ahead run over the last year?
-- grain: indicator and week

select
    indicator,
    week,
    value,
    observations,
    people_at_least,
from silo_weeks
where
    silo = 'All silos'
    and indicator in (select indicator from evidence where lead_weeks is not null)
    and weeks_ago <= 52
order by
    indicator,
    week
