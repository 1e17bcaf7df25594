-- title: What can be chosen
-- question: Which stages, touchpoints, channels, modes, segments and regions occur in the data?
-- grain: dimension and member, the most frequent first

with

counted as (
    select
        stage,
        touchpoint,
        channel,
        mode,
        segment,
        region,
        sum(observations) as observations,
    from indicator_weeks
    group by grouping sets ((stage), (touchpoint), (channel), (mode), (segment), (region))
)

select
    case
        when stage is not null then 'stages'
        when touchpoint is not null then 'touchpoints'
        when channel is not null then 'channels'
        when mode is not null then 'modes'
        when segment is not null then 'segments'
        else 'regions'
    end as dimension,
    coalesce(stage, touchpoint, channel, mode, segment, region) as member,
from counted
where member is not null
order by
    dimension,
    observations desc,
    member
