-- title: Ends of contracts, and steps down
-- grain: one row an event
-- note: of `people`

select
    customer_id,
    occurred_at,
    kind,
from loyalty
semi join people using (customer_id)
where kind in ('lapse', 'downgrade')
