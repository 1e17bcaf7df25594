-- title: Purchases
-- grain: one row a customer and day with a purchase
-- note: of `people`; refunds are netted off within the day

select
    customer_id,
    date_trunc('day', occurred_at) as occurred_at,
    greatest(sum(amount), 0)::double as amount,
from loyalty
semi join people using (customer_id)
where kind = 'purchase'
group by all
