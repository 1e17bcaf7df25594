-- title: Who begins a contact
-- question: How many contacts do customers begin, how many do we, and how many reach customers through others?
-- grain: stage (without one: all stages) and who began it; of the last twelve full months and the twelve before

with

newest as (
    select max(month) as month
    from journey_months
),

placed as (
    select
        journey_months.stage,
        journey_months.initiated_by,
        journey_months.observations,
        journey_months.month >= newest.month - interval 12 months as is_now,
    from journey_months
    cross join newest
    where
        journey_months.initiated_by is not null
        and journey_months.month < newest.month
        and journey_months.month >= newest.month - interval 24 months
)

select
    stage,
    grouping(stage) = 1 as is_all,
    initiated_by,
    coalesce(sum(observations) filter (where is_now), 0)::bigint as observations,
    coalesce(sum(observations) filter (where not is_now), 0)::bigint as earlier,
from placed
group by grouping sets ((stage, initiated_by), (initiated_by))
order by
    is_all desc,
    list_position(['discover', 'choose', 'join', 'use', 'get help', 'renew', 'leave'], stage),
    stage,
    list_position(['customer', 'company', 'third_party'], initiated_by)
