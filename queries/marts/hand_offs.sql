-- title: Hand-offs
-- grain: one row a hand-off: a matter comes to a silo (or a case to a team) where it had not been before
-- month: arrived_at
-- by: customer_id
-- note: it falls back when the next move leads to where the matter had been already; that way back is no hand-off of its own
-- note: between contacts the wait lasts from contact to contact; where a tool hands over a case, until it is taken up
-- note: it stalls when that takes more than 7 days, as hand_off_held has it; an episode holds if all its hand-offs do
-- note: teams are followed only where the tool itself follows one case (case_id)
-- note: known 14 days after the last contact of the matter

with

crossing as (
    select
        episode_id,
        known_at,
        left_open,
    from episodes
    where silos > 1
),

visits as (
    select
        'silos' as level,
        contacts.source,
        null::varchar as case_source,
        contacts.interaction_id,
        contacts.customer_id,
        contacts.episode_id as matter,
        contacts.reason,
        contacts.from_silo as sent_by,
        contacts.silo as taken_by,
        contacts.before_at as sent_at,
        contacts.started_at as arrived_at,
        contacts.answered_at,
        contacts.case_id,
        crossing.known_at,
        crossing.left_open,
    from contacts
    join crossing on contacts.episode_id = crossing.episode_id
    union all by name
    select
        'teams' as level,
        source,
        source as case_source,
        interaction_id,
        customer_id,
        case_id as matter,
        reason,
        lag(team) over in_case as sent_by,
        team as taken_by,
        lag(started_at) over in_case as sent_at,
        started_at as arrived_at,
        answered_at,
        case_id,
        max(started_at) over (partition by source, case_id) + interval 14 days as known_at,
        last_value(resolved_at) over whole_case is null as left_open,
    from interactions
    where
        case_id is not null
        and team is not null
    window
        in_case as (partition by source, case_id order by started_at, interaction_id),
        whole_case as (
            partition by source, case_id
            order by started_at, interaction_id
            rows between unbounded preceding and unbounded following
        )
),

moves as (
    select
        *,
        row_number() over (
            partition by level, case_source, matter, taken_by
            order by arrived_at, interaction_id
        ) = 1 as is_first,
        coalesce(sent_by <> taken_by, false) as is_move,
    from visits
),

judged as (
    select
        *,
        lead(is_first) over in_matter as next_is_first,
        case
            when case_id is null then epoch(arrived_at - sent_at)
            when answered_at >= arrived_at then epoch(answered_at - arrived_at)
        end as wait_seconds,
    from moves
    where is_move
    window in_matter as (partition by level, case_source, matter order by arrived_at, interaction_id)
)

select
    level,
    source,
    interaction_id as row_id,
    customer_id,
    matter,
    reason,
    sent_by,
    taken_by,
    arrived_at,
    known_at,
    wait_seconds,
    coalesce(wait_seconds > 7 * 86400, false) as stalled,
    coalesce(not next_is_first, false) as fell_back,
    next_is_first is null and left_open as is_left_open,
    not stalled and not fell_back and not is_left_open as held,
from judged
where is_first
