-- One generated loyalty event a row, in the plain layout `bellwether_loyalty`.
select
    'e' || range as event_id,
    'c' || ((hash(range) >> 2)::bigint % $customers) as customer_id,
    timestamp '2023-01-02' + to_seconds((range * 94608000.0 / $rows)::bigint) as occurred_at,
    ['renewal', 'renewal', 'purchase', 'renewal', 'lapse', 'upgrade', 'downgrade', 'renewal'][1 + (hash(range) >> 2)::bigint // 8 % 8] as kind,
    round(10 + (hash(range) >> 2)::bigint // 64 % 9000 / 100.0, 2) as amount,
    'EUR' as currency,
from range($first, $last)
