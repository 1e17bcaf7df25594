-- title: Indicators by week, exactly
-- grain: indicator, week, month, silo, stage, touchpoint, channel, mode, segment, region
-- each: indicator
-- note: sums, so that every roll-up is exact: the value of any group is sum(total) / sum(weight)
-- note: a week that spans two months has two rows, so that months are exact as well
-- note: only the refresh reads this; what readers get is indicator_weeks and silo_totals, made of it without small groups
-- note: one bit of three marks for each person: the marks of any group, put together, say how many there are at least

with

placed as (
    select
        calendar.week,
        calendar.month,
        silo,
        stage,
        touchpoint,
        channel,
        mode,
        segment,
        region,
        value,
        weight,
        hash(coalesce(customer_id, row_id)) as person,
    from observations
    join calendar on calendar.slot = epoch(observations.observed_at)::bigint // 900
    left join customers using (customer_id)
)

select
    $indicator as indicator,
    week,
    month,
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
    bit_or(1::ubigint << (person & 63)::integer)::ubigint as mark_a,
    bit_or(1::ubigint << ((person >> 6) & 63)::integer)::ubigint as mark_b,
    bit_or(1::ubigint << ((person >> 12) & 63)::integer)::ubigint as mark_c,
from placed
group by all
