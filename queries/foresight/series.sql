-- title: Every indicator by silo and week, all of its history
-- grain: indicator, silo, week
-- note: the newest week of an indicator is left out because it may not be over
-- note: "All silos" is the whole company, with observations that no silo answers for

with

spans as (
    select
        indicator,
        max(week) as newest,
    from silo_totals
    group by all
),

silos_and_whole as (
    select
        indicator,
        silo,
        week,
        total,
        weight,
    from silo_totals
    where silo is not null
    union all
    select
        indicator,
        'All silos' as silo,
        week,
        total,
        weight,
    from silo_totals
)

select
    indicator,
    silo,
    week,
    rate(sum(total), sum(weight)) as value,
    sum(weight) as weight,
from silos_and_whole
join spans using (indicator)
where week < newest
group by all
order by indicator, silo, week
