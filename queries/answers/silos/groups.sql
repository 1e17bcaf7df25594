-- title: Where exactly
-- question: In which silo, stage, touchpoint, channel and segment does the indicator stand where, now and before?
-- grain: dimension, member and period ("now" or "earlier")

with

periods as (
    select
        *,
        case
            when within(week, $since::date, $until::date) then 'now'
            when within(week, $earlier_since::date, $earlier_until::date) then 'earlier'
        end as period,
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
)

select
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
from periods
where period is not null
group by grouping sets (
    (period), (period, silo), (period, stage), (period, touchpoint), (period, channel), (period, segment),
    (period, region)
)
order by
    dimension,
    observations desc,
    member
