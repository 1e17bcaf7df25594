-- One generated interaction a row, in the plain layout `bellwether_interactions`; `$first` to `$last` are row numbers.
-- Three years of moments, 36 months of like size; a fifth promised, a quarter digital.

with

numbered as (
    select
        range as row,
        (hash(range) >> 2)::bigint as dice,
        (hash(range + 7) >> 2)::bigint as other_dice,
        timestamp '2023-01-02' + to_seconds((range * 94608000.0 / $rows)::bigint) as started_at,
    from range($first, $last)
),

-- A touchpoint belongs to a silo, a stage and a channel, as it does in life: 32 of them.
placed as (
    select
        *,
        dice // 8 % 32 as place,
    from numbered
)

select
    'i' || row as interaction_id,
    'c' || (dice % $customers) as customer_id,
    ['Sales', 'Onboarding', 'Billing', 'Support', 'Field service', 'Digital', 'Retention', 'Complaints'][1 + place // 4]
        as silo,
    ['choose', 'join', 'use', 'get help', 'renew'][1 + place % 5] as stage,
    'touchpoint ' || place as touchpoint,
    ['phone', 'chat', 'email', 'web'][1 + place % 4] as channel,
    case when place % 4 = 3 then 'digital' else 'human' end as mode,
    'customer' as initiated_by,
    'reason ' || (1 + dice // 65536 % 20) as reason,
    started_at,
    started_at + to_seconds(other_dice % 900) as answered_at,
    case when other_dice % 5 = 0 then started_at + to_seconds(86400 * (1 + other_dice // 16 % 5)) end as promised_at,
    started_at + to_seconds(other_dice % 400000) as resolved_at,
    other_dice % 900 as wait_seconds,
    (other_dice % 20 = 0)::int as transfers,
    other_dice % 17 = 0 as reopened,
    other_dice % 3 != 0 as recognised,
    other_dice % 11 = 0 as failed,
    other_dice % 50 = 0 as switching,
from placed
order by started_at
