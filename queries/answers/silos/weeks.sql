-- title: One indicator by silo and week
-- question: How did the indicator run in each silo, under the chosen filters?
-- grain: silo and week; "All silos" is the whole company
-- note: the 60 full weeks up to the last one; the newest week is left out because it may not be over

with

span as (
    select max(week) as newest
    from silo_totals
    where indicator = $indicator
),

cells as (
    select * exclude (stage, touchpoint, channel, mode, segment, region)
    from indicator_weeks
    where
        indicator = $indicator
        and not none_chosen($stages, $touchpoints, $channels, $modes, $segments, $regions)
        and chosen($stages, stage)
        and chosen($touchpoints, touchpoint)
        and chosen($channels, channel)
        and chosen($modes, mode)
        and chosen($segments, segment)
        and chosen($regions, region)
    union all by name
    select *
    from silo_totals
    where
        indicator = $indicator
        and none_chosen($stages, $touchpoints, $channels, $modes, $segments, $regions)
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
        bit_or(mark_a) as mark_a,
        bit_or(mark_b) as mark_b,
        bit_or(mark_c) as mark_c,
    from cells
    where
        week < (select newest from span)
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
        bit_or(mark_a) as mark_a,
        bit_or(mark_b) as mark_b,
        bit_or(mark_c) as mark_c,
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
    greatest(bit_count(mark_a), bit_count(mark_b), bit_count(mark_c))::bigint as people_at_least,
    rate(total, weight) as value,
from (from whole union all by name from weeks where silo != 'No silo')
where observations > 0
order by
    case when silo = 'All silos' then 0 else 1 end,
    silo,
    week
