-- title: Resolved digitally
-- question: When a customer tries it digitally, is that enough?
-- unit: share
-- better: higher
-- lens: inside-out
-- kind: candidate
-- feed: interactions
-- note: no human contact for the same reason within 3 days

select
    customer_id,
    started_at as observed_at,
    started_at + interval 3 days as known_at,
    interaction_id as row_id,
    silo,
    stage,
    touchpoint,
    channel,
    mode,
    one_if(human_after_at is null or human_after_at > started_at + interval 3 days) as value,
    1 as weight,
from contacts
left join horizons using (source)
where
    mode = 'digital'
    and customer_id is not null
    and reason is not null
    and (started_at + interval 3 days <= known_until or known_until is null)
