-- title: Outcomes by week
-- question: How did the outcomes run over the last year?
-- grain: outcome and week

select
    indicator,
    week,
    value,
    observations,
    people_at_least,
from silo_weeks
where
    silo = 'All silos'
    and indicator in ('retained', 'bought_again', 'value', 'net_promoter')
    and weeks_ago <= 52
order by
    indicator,
    week
