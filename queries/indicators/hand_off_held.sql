-- title: Hand-offs held
-- question: When a matter crosses from one silo to another, does it arrive, or fall back and stall?
-- unit: share
-- better: higher
-- lens: inside-out
-- kind: candidate
-- feed: interactions
-- note: falls back: returns to a silo that it had left
-- note: stalls: more than 7 days between contacts, or the last contact was left open

select
    customer_id,
    ended_at as observed_at,
    known_at,
    episode_id as row_id,
    silo,
    stage,
    touchpoint,
    channel,
    mode,
    one_if(not fell_back and not left_open and longest_gap_seconds <= 7 * 86400) as value,
    1 as weight,
from episodes
left join horizons using (source)
where
    silos > 1
    and (known_at <= known_until or known_until is null)
