-- title: Effort
-- question: How many extra steps does a customer need to get one thing done?
-- unit: count
-- better: lower
-- lens: inside-out
-- kind: candidate
-- feed: interactions
-- note: placed where the episode ended, so that the newest weeks hold long and short episodes alike
-- note: contacts after the first, transfers and reopenings of one episode

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
    extra_steps as value,
    1 as weight,
from episodes
left join horizons using (source)
where known_at <= known_until or known_until is null
