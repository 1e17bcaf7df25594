-- title: Episodes
-- grain: one row an episode: one customer's contacts for one reason, none more than 14 days after the one before
-- month: started_at
-- note: known once 14 days have passed since its last contact

select
    episode_id,
    customer_id,
    first(reason order by started_at, interaction_id) as reason,
    min(started_at) as started_at,
    max(started_at) as ended_at,
    max(started_at) + interval 14 days as known_at,
    any_value(known_until) as known_until,
    count(*) as contacts,
    count(*) - 1 + sum(coalesce(transfers, 0)) + sum(one_if(reopened)) as extra_steps,
    count(distinct silo) as silos,
    first(silo order by started_at, interaction_id) as silo,
    last(silo order by started_at, interaction_id) as last_silo,
    -- Each move beyond the first visit to every silo is a way back.
    sum(one_if(from_silo != silo)) >= count(distinct silo) as fell_back,
    first(stage order by started_at, interaction_id) as stage,
    first(touchpoint order by started_at, interaction_id) as touchpoint,
    first(channel order by started_at, interaction_id) as channel,
    first(mode order by started_at, interaction_id) as mode,
    last(resolved_at is null order by started_at, interaction_id) as left_open,
    max(started_at - before_at) filter (where from_silo is not null) as longest_gap,
from contacts
where customer_id is not null and reason is not null
group by episode_id, customer_id, reason
