-- title: One indicator by silo and week
-- question: How did the indicator run in each silo, under the chosen filters?
-- grain: silo and week; "All silos" is the whole company
-- note: the 60 full weeks up to the last one; the newest week is left out because it may not be over

with

span as (
    select max(week) as newest
    from indicator_weeks
    where indicator = $indicator
),

weeks as (
    select
        coalesce(silo, 'No silo') as silo,
        week,
        sum(observations)::bigint as observations,
        sum(weight) as weight,
        sum(total) as total,
        sum(squares) as squares,
        sum(weight_squares) as weight_squares,
    from indicator_weeks
    where
        indicator = $indicator
        and chosen($stages, stage)
        and chosen($touchpoints, touchpoint)
        and chosen($channels, channel)
        and chosen($modes, mode)
        and chosen($segments, segment)
        and chosen($regions, region)
        and week < (select newest from span)
        and week >= (select newest from span) - interval 60 weeks
    group by all
),

whole as (
    select
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
    $indicator as indicator,
    silo,
    week,
    observations,
    weight,
    total,
    squares,
    weight_squares,
    rate(total, weight) as value,
from (from whole union all by name from weeks where silo != 'No silo')
order by
    case when silo = 'All silos' then 0 else 1 end,
    silo,
    week
