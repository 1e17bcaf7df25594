-- title: Where exactly
-- question: In which silo, stage, touchpoint, channel and segment does the indicator stand where, now and before?
-- grain: dimension, member and period ("now" or "earlier")

with

cells as (
    select
        *,
        'cells' as mart,
    from indicator_weeks
    where
        indicator = $indicator
        and ($silo is null or silo = $silo)
        and chosen($stages, stage)
        and chosen($touchpoints, touchpoint)
        and chosen($channels, channel)
        and chosen($modes, mode)
        and chosen($segments, segment)
        and chosen($regions, region)
    union all by name
    select
        *,
        'totals' as mart,
    from silo_totals
    where
        indicator = $indicator
        and ($silo is null or silo = $silo)
        and none_chosen($stages, $touchpoints, $channels, $modes, $segments, $regions)
),

periods as (
    select
        *,
        case
            when within(week, $since::date, $until::date) then 'now'
            when within(week, $earlier_since::date, $earlier_until::date) then 'earlier'
        end as period,
    from cells
),

grouped as (
    select
        mart,
        case
            when grouping(silo) = 0 then 'silo'
            when grouping(stage) = 0 then 'stages'
            when grouping(touchpoint) = 0 then 'touchpoints'
            when grouping(channel) = 0 then 'channels'
            when grouping(segment) = 0 then 'segments'
            when grouping(region) = 0 then 'regions'
            else 'whole'
        end as dimension,
        coalesce(silo, stage, touchpoint, channel, segment, region) as member,
        period,
        sum(observations)::bigint as observations,
        sum(weight) as weight,
        sum(total) as total,
        sum(squares) as squares,
        sum(weight_squares) as weight_squares,
        people_at_least(mark_a, mark_b, mark_c) as people_at_least,
    from periods
    where period is not null
    group by grouping sets (
        (mart, period),
        (mart, period, silo),
        (mart, period, stage),
        (mart, period, touchpoint),
        (mart, period, channel),
        (mart, period, segment),
        (mart, period, region)
    )
)

select * exclude (mart)
from grouped
where mart = case
    when
        dimension in ('whole', 'silo')
        and none_chosen($stages, $touchpoints, $channels, $modes, $segments, $regions)
        then 'totals'
    else 'cells'
end
order by
    dimension,
    observations desc,
    member
