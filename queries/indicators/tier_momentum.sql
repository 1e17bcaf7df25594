-- title: Tier momentum
-- question: Do customers move up or down?
-- unit: index
-- better: higher
-- lens: outcome
-- kind: outcome
-- feed: loyalty
-- note: +1 for an upgrade, -1 for a downgrade

select
    customer_id,
    occurred_at as observed_at,
    occurred_at as known_at,
    event_id as row_id,
    null as silo,
    'use' as stage,
    null as touchpoint,
    null as channel,
    null as mode,
    case kind when 'upgrade' then 1 else -1 end as value,
    1 as weight,
from loyalty
where kind in ('upgrade', 'downgrade')
