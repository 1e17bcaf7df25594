-- title: Indicators by silo and week
-- grain: indicator, silo, week
-- note: the 60 full weeks up to the last one; the newest week of an indicator is left out because it may not be over
-- note: "All silos" is the whole company, with observations that no silo answers for

with

spans as (
    select
        indicator,
        max(week) as newest,
    from indicator_weeks
    group by all
),

weeks as (
    select
        indicator,
        coalesce(silo, 'No silo') as silo,
        week,
        sum(observations)::bigint as observations,
        sum(weight) as weight,
        sum(total) as total,
        sum(squares) as squares,
        sum(weight_squares) as weight_squares,
    from indicator_weeks
    group by all
),

whole as (
    select
        indicator,
        'All silos' as silo,
        week,
        sum(observations)::bigint as observations,
        sum(weight) as weight,
        sum(total) as total,
        sum(squares) as squares,
        sum(weight_squares) as weight_squares,
    from weeks
    group by all
)

select
    indicator,
    silo,
    week,
    observations,
    weight,
    total,
    squares,
    weight_squares,
    rate(total, weight) as value,
    (spans.newest - week) // 7 as weeks_ago,
from (from weeks where silo != 'No silo' union all by name from whole)
join spans using (indicator)
where
    week < spans.newest
    and week >= spans.newest - interval 60 weeks
order by indicator, silo, week
