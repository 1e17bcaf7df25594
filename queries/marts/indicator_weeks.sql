-- title: Indicators by week
-- grain: indicator, week, month, silo, stage, touchpoint, channel, mode, segment, region
-- each: indicator
-- note: sums, so that every roll-up is exact: the value of any group is sum(total) / sum(weight)
-- note: a week that spans two months has two rows, so that months are exact as well

select
    $indicator as indicator,
    calendar.week,
    calendar.month,
    silo,
    stage,
    touchpoint,
    channel,
    mode,
    segment,
    region,
    count(*)::bigint as observations,
    sum(weight)::double as weight,
    sum(value * weight)::double as total,
    sum(value * value * weight)::double as squares,
    sum(weight * weight)::double as weight_squares,
from observations
join calendar on calendar.slot = epoch(observations.observed_at)::bigint // 900
left join customers using (customer_id)
group by all
