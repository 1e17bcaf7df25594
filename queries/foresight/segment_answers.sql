-- title: What customers said, answer by answer
-- grain: one row a response that tells satisfaction or recommendation, and the items beside it
-- note: 0 to 100; of the last 104 weeks

with

told as (
    select
        customer_id,
        response_id,
        item,
        percent_of_scale(score, scale_min, scale_max, scale_reversed) as opinion,
    from surveys
    where
        customer_id is not null
        and score is not null
        and answered_at > (select max(answered_at) from surveys) - interval 104 weeks
)

select
    told.customer_id,
    told.response_id,
    customers.segment,
    avg(opinion) filter (where item in ('csat', 'nps')) as outcome,
    avg(opinion) filter (where item = 'understood') as understood,
    avg(opinion) filter (where item = 'respected') as respected,
    avg(opinion) filter (where item = 'valued') as valued,
    avg(opinion) filter (where item = 'empathy') as empathy,
    avg(opinion) filter (where item = 'surprised') as surprised,
    avg(opinion) filter (where item = 'ces') as ease,
from told
left join customers using (customer_id)
group by all
having outcome is not null
order by told.response_id
