-- title: Episodes
-- grain: one row an episode: one customer's contacts for one reason, none more than 14 days after the one before
-- month: started_at
-- by: customer_id
-- settles: known_at
-- note: known once 14 days have passed since its last contact

with

grouped as (
    select
        episode_id,
        customer_id,
        reason,
        min(started_at) as started_at,
        max(started_at) as ended_at,
        max(started_at) + interval 14 days as known_at,
        count(*) as contacts,
        count(*) - 1 + sum(coalesce(transfers, 0)) + sum(one_if(reopened)) as extra_steps,
        count(distinct silo) as silos,
        -- Each move beyond the first visit to every silo is a way back.
        sum(one_if(from_silo != silo)) >= count(distinct silo) as fell_back,
        max(epoch(started_at - before_at)) filter (where from_silo is not null) as longest_gap_seconds,
        -- One struct is put in order once, five columns five times.
        first(
            { 'silo': silo, 'stage': stage, 'touchpoint': touchpoint, 'channel': channel, 'mode': mode }
            order by started_at, interaction_id
        ) as opening,
        last(
            { 'source': source, 'silo': silo, 'open': resolved_at is null } order by started_at, interaction_id
        ) as closing,
    from contacts
    where
        customer_id is not null
        and reason is not null
    group by episode_id, customer_id, reason
)

select
    grouped.* exclude (opening, closing),
    opening.silo,
    opening.stage,
    opening.touchpoint,
    opening.channel,
    opening.mode,
    closing.source,
    closing.silo as last_silo,
    closing.open as left_open,
from grouped
