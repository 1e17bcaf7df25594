-- title: Promises kept
-- question: When we give a customer a date, do we meet it?
-- unit: share
-- better: higher
-- lens: inside-out
-- kind: candidate
-- feed: interactions
-- note: a promise that was still ahead when the export was taken is left out, kept already or not
-- note: where the tool gives no date but says itself whether it kept its promise, that counts, when the case ended

select
    customer_id,
    coalesce(promised_at, resolved_at) as observed_at,
    coalesce(promised_at, resolved_at) as known_at,
    interaction_id as row_id,
    silo,
    stage,
    touchpoint,
    channel,
    mode,
    one_if(coalesce(promise_kept, resolved_at <= promised_at)) as value,
    1 as weight,
from contacts
where
    coalesce(promised_at, case when promise_kept is not null then resolved_at end) is not null
    and (promised_at <= due_until or promised_at is null or due_until is null)
