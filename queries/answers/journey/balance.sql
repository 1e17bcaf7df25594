-- title: Digital and human
-- question: How much of the journey is digital, stage by stage, and how did that move?
-- grain: stage (without one: all stages) and month; the newest month is left out because it may not be over

with

known as (
    select *
    from journey_months
    where
        mode is not null
        and month < (select max(month) from journey_months)
        and month >= (select max(month) from journey_months) - interval 36 months
)

select
    stage,
    grouping(stage) = 1 as is_all,
    month,
    sum(observations)::bigint as observations,
    sum(case when mode = 'digital' then observations else 0 end)::bigint as total,
    rate(sum(case when mode = 'digital' then observations else 0 end), sum(observations)) as value,
from known
group by grouping sets ((stage, month), (month))
order by
    is_all desc,
    list_position(['discover', 'choose', 'join', 'use', 'get help', 'renew', 'leave'], stage),
    stage,
    month
