-- title: Answered promptly
-- question: When a customer contacts us, do we answer inside the channel's standard?
-- unit: share
-- better: higher
-- lens: inside-out
-- kind: candidate
-- feed: interactions
-- note: the standards stand in data/governance/channel_standards.csv; a channel without one is not measured

select
    customer_id,
    started_at as observed_at,
    coalesce(answered_at, started_at + to_seconds(answer_seconds)) as known_at,
    interaction_id as row_id,
    silo,
    stage,
    touchpoint,
    channel,
    mode,
    one_if(coalesce(wait_seconds, epoch(answered_at - started_at)) <= answer_seconds) as value,
    1 as weight,
from contacts
join channel_standards using (channel)
where
    initiated_by = 'customer'
    and (wait_seconds is not null or answered_at >= started_at)
