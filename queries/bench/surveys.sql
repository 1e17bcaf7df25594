-- One generated survey answer a row, in the plain layout `bellwether_surveys`.
select
    'r' || range as response_id,
    ['nps', 'csat', 'ces', 'understood', 'valued'][1 + range % 5] as item,
    'c' || ((hash(range) >> 2)::bigint % $customers) as customer_id,
    ['Sales', 'Onboarding', 'Billing', 'Support', 'Field service', 'Digital', 'Retention', 'Complaints']
        [1 + (hash(range) >> 2)::bigint // 8 % 8] as silo,
    'phone' as channel,
    timestamp '2023-01-02' + to_seconds((range * 94608000.0 / $rows)::bigint) as asked_at,
    timestamp '2023-01-03' + to_seconds((range * 94608000.0 / $rows)::bigint) as answered_at,
    case when range % 5 = 0 then (hash(range) >> 2)::bigint // 64 % 11 else 1 + (hash(range) >> 2)::bigint // 64 % 5 end as score,
    case when range % 5 = 0 then 0 else 1 end as scale_min,
    case when range % 5 = 0 then 10 else 5 end as scale_max,
from range($first, $last)
