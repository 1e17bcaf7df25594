-- title: TITLE
-- question: Of the contacts that were settled, how many were settled the first time? Write here what you ask.
-- unit: share
-- better: higher
-- lens: inside-out
-- kind: candidate
-- feed: interactions
-- note: whether a contact was right the first time is known two weeks after it; until then it has no value

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
