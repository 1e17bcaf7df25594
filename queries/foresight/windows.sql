-- title: How contracts ended, or were stepped down, after each moment
-- grain: one row a moment and a customer with an end before the window closes: the first
-- note: of `people`; this is the future of its moment, for nobody to forecast with

select
    moments.origin,
    loyalty.customer_id,
    min_by(loyalty.kind, loyalty.occurred_at) as end_kind,
    date_diff('day', moments.origin, min(loyalty.occurred_at)) // 7 + 1 as end_week,
from loyalty
semi join people using (customer_id)
join moments
    on
        loyalty.occurred_at >= moments.origin
        and loyalty.occurred_at < moments.closes
where loyalty.kind in ('lapse', 'downgrade')
group by moments.origin, loyalty.customer_id
