-- title: Retained
-- question: When a contract may end, does the customer stay?
-- unit: share
-- better: higher
-- lens: outcome
-- kind: outcome
-- feed: loyalty
-- note: renewals against lapses, at the date of the event

select
    customer_id,
    occurred_at as observed_at,
    occurred_at as known_at,
    event_id as row_id,
    null as silo,
    'renew' as stage,
    null as touchpoint,
    null as channel,
    null as mode,
    one_if(kind = 'renewal') as value,
    1 as weight,
from loyalty
where kind in ('renewal', 'lapse')
