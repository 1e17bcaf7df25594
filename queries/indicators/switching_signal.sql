-- title: Switching signals
-- question: How often does a contact show that the customer is about to leave?
-- unit: share
-- better: lower
-- lens: outside-in
-- kind: candidate
-- feed: interactions
-- note: cancel, compare, match a price

select
    customer_id,
    started_at as observed_at,
    started_at as known_at,
    interaction_id as row_id,
    silo,
    stage,
    touchpoint,
    channel,
    mode,
    one_if(switching) as value,
    1 as weight,
from contacts
where switching is not null
