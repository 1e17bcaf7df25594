-- title: First time right
-- question: When a contact ends, is the matter settled for good?
-- unit: share
-- better: higher
-- lens: inside-out
-- kind: candidate
-- feed: interactions
-- note: no reopening, no transfer and no repeat at the same silo for the same reason within 14 days
-- note: what the tool itself says counts before that; a matter that moves on to another silo is judged by hand-offs held
-- note: without a customer and a reason a repeat can't be seen; then only what the tool says counts

select
    customer_id,
    resolved_at as observed_at,
    resolved_at + interval 14 days as known_at,
    interaction_id as row_id,
    silo,
    stage,
    touchpoint,
    channel,
    mode,
    one_if(right_first_time) as value,
    1 as weight,
from contacts
left join horizons using (source)
where
    right_first_time is not null
    and resolved_at is not null
    and (resolved_at + interval 14 days <= known_until or known_until is null)
