-- title: What customers turned to us for
-- grain: one row a need: an episode that the customer began
-- note: what the company or a third party began is no need of the customer

select
    customer_id,
    reason,
    min(started_at) as at,
from contacts
where
    customer_id is not null
    and reason is not null
    and coalesce(initiated_by, 'customer') = 'customer'
group by
    customer_id,
    reason,
    episode_id
