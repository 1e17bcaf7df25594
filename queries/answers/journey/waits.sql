-- title: Waits and promises by stage
-- question: How long do customers wait at each stage, are they answered in time, and is what we promise kept?
-- grain: stage and measure: promise_kept, answered_promptly, or wait (half within `value` seconds, nine in ten within `high`)

with

measured as (
    select
        case when grouping(stage) = 1 then 'whole journey' else stage end as place,
        indicator as measure,
        sum(observations)::bigint as observations,
        rate(sum(total), sum(weight)) as value,
        null::double as high,
        people_at_least(mark_a, mark_b, mark_c) as people_at_least,
    from indicator_weeks
    where
        indicator in ('promise_kept', 'answered_promptly')
        and within(week, $since::date, $until::date)
    group by grouping sets ((stage, indicator), (indicator))
),

waits as (
    select
        coalesce(stage, 'whole journey') as place,
        'wait' as measure,
        observations,
        half_within as value,
        nine_in_ten_within as high,
    from stage_waits
    where silo is null
)

select *
from (from measured union all by name from waits)
where place is not null
order by
    list_position(['whole journey', 'discover', 'choose', 'join', 'use', 'get help', 'renew', 'leave'], place),
    place,
    measure
