-- title: Readings of one indicator, at each moment
-- grain: one row a moment and a customer who has been observed
-- note: of the rows in `observations`, what was known before the moment: the newest, and the customer's own mean

select
    moments.origin,
    observations.customer_id,
    max_by(value, observed_at)::double as newest,
    (sum(value * weight) / sum(weight))::double as usual,
    ln(1 + date_diff('day', max(observed_at), moments.origin)) as since,
from observations
semi join people using (customer_id)
join moments on observations.known_at < moments.origin
where
    value is not null
    and weight > 0
group by moments.origin, observations.customer_id
