-- title: Contacts
-- grain: one row an interaction, with what came before and after it
-- month: started_at
-- by: customer_id
-- settles: settles_at
-- note: what no indicator asks for stays in the feed: team, cost, place in the export
-- note: a repeat is the same customer with the same reason at the same silo within 14 days of the end of this contact
-- note: rows that the tool itself holds for one case (case_id) are one matter, however long it takes
-- note: a matter that moves on to another silo is no repeat; whether it arrives there is judged by hand_off_held
-- note: what comes more than 14 days after the end of a contact is another matter, so settled rows stay as they are

with

matters as (
    select
        source,
        interaction_id,
        customer_id,
        reason,
        started_at,
        lag(started_at) over same_need as before_at,
        coalesce(case_id = lag(case_id) over same_need, false) as same_case,
        lead(started_at) over same_need as after_at,
        lag(silo) over same_need as before_silo,
        lead(silo) over same_need as after_silo,
        min(case when mode = 'human' then started_at end) over later_of_same_need as human_after_at,
    from interactions
    where
        customer_id is not null
        and reason is not null
    window
        same_need as (partition by customer_id, reason order by started_at, interaction_id),
        later_of_same_need as (
            partition by customer_id, reason
            order by started_at, interaction_id
            rows between 1 following and unbounded following
        )
),

-- Joined to the whole rows by their key: to sort narrow rows and join is cheaper than to sort whole ones.
placed as (
    select
        source,
        interaction_id,
        before_at,
        after_at,
        after_silo,
        human_after_at,
        case when same_case or before_at >= started_at - interval 14 days then before_silo end as from_silo,
        last_value(
            case
                when not same_case and coalesce(before_at < started_at - interval 14 days, true) then interaction_id
            end ignore nulls
        ) over (
            partition by customer_id, reason
            order by started_at, interaction_id
            rows between unbounded preceding and current row
        ) as episode_id,
    from matters
),

digital_failures as (
    select
        customer_id,
        started_at,
        interaction_id,
    from interactions
    where
        mode = 'digital'
        and failed
),

let_down as (
    select
        source,
        interaction_id,
        true as after_digital_failure,
    from interactions
    semi join digital_failures
        on
            interactions.customer_id = digital_failures.customer_id
            and digital_failures.started_at >= interactions.started_at - interval 7 days
            and (digital_failures.started_at, digital_failures.interaction_id)
            < (interactions.started_at, interactions.interaction_id)
),

whole as (
    select
        interactions.* exclude (team, handle_seconds, cost, currency, comment_id, source_file, source_line),
        placed.* exclude (source, interaction_id, episode_id, human_after_at),
        coalesce(placed.episode_id, interaction_id) as episode_id,
        placed.episode_id is not null as can_repeat,
        placed.human_after_at,
        coalesce(let_down.after_digital_failure, false) as after_digital_failure,
        greatest(started_at, promised_at, resolved_at) + interval 14 days as settles_at,
    from interactions
    left join placed using (source, interaction_id)
    left join let_down using (source, interaction_id)
)

select
    * exclude (can_repeat, after_at, after_silo, human_after_at),
    coalesce(
        first_time_right,
        case
            when resolved_at is null then null
            when reopened or transfers > 0 then false
            when not can_repeat then case when reopened is not null then true end
            else coalesce(after_at > resolved_at + interval 14 days or after_silo != silo, true)
        end
    ) as right_first_time,
    case when human_after_at <= settles_at then human_after_at end as human_after_at,
from whole
