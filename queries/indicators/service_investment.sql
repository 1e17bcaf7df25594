-- title: Service investment
-- question: Of what we spend on development, how much goes to service?
-- unit: share
-- better: higher
-- lens: management
-- kind: management
-- feed: investments
-- note: weighted by the amount

select
    null as customer_id,
    period as observed_at,
    period as known_at,
    strftime(period, '%Y-%m') || ' ' || coalesce(silo, '') || ' ' || purpose as row_id,
    silo,
    null as stage,
    null as touchpoint,
    null as channel,
    null as mode,
    one_if(purpose = 'service') as value,
    amount::double as weight,
from investments
where amount > 0
