-- title: Value
-- question: What is a purchase or a renewal worth?
-- unit: money
-- better: higher
-- lens: outcome
-- kind: outcome
-- feed: loyalty
-- note: in the currency that most events carry; events in another one are left out

select
    customer_id,
    occurred_at as observed_at,
    occurred_at as known_at,
    event_id as row_id,
    null as silo,
    case kind when 'renewal' then 'renew' else 'use' end as stage,
    null as touchpoint,
    null as channel,
    null as mode,
    amount::double as value,
    1 as weight,
from loyalty
where
    kind in ('purchase', 'renewal')
    and amount is not null
    and currency = (select mode(currency) from loyalty where amount is not null)
