-- title: Where each indicator has really been
-- grain: one row an indicator
-- note: the whole company over four weeks together, in the last year: lowest, highest, newest

with

months as (
    select
        indicator,
        week,
        sum(total) over four / nullif(sum(weight) over four, 0) as value,
        count(*) over four as weeks,
    from silo_weeks
    where
        silo = 'All silos'
        and weeks_ago <= 55
    window four as (partition by indicator order by week rows between 3 preceding and current row)
)

select
    indicator,
    min(value) as low,
    max(value) as high,
    max_by(value, week) as now,
from months
where
    weeks = 4
    and value is not null
group by all
