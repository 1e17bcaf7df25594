-- title: Recognised
-- question: Do we know the customer, so that they need not repeat themselves?
-- unit: share
-- better: higher
-- lens: inside-out
-- kind: candidate
-- feed: interactions

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
    one_if(recognised) as value,
    1 as weight,
from contacts
where recognised is not null
