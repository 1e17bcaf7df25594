-- title: Promises kept
-- question: When we give a customer a date, do we meet it?
-- unit: share
-- better: higher
-- lens: inside-out
-- kind: candidate
-- feed: interactions
-- note: a promise that was still ahead when the export was taken is not yet known, and is left out

select
    customer_id,
    promised_at as observed_at,
    promised_at as known_at,
    interaction_id as row_id,
    silo,
    stage,
    touchpoint,
    channel,
    mode,
    one_if(resolved_at <= promised_at) as value,
    1 as weight,
from contacts
where
    promised_at is not null
    and (promised_at <= exported_at or exported_at is null)
