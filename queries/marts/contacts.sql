-- title: Contacts
-- grain: one row an interaction, with what came before and after it
-- month: started_at
-- note: what no indicator asks for stays in the feed: team, cost, place in the export
-- note: a repeat is the same customer with the same reason at the same silo within 14 days of the end of this contact
-- note: a matter that moves on to another silo is no repeat; whether it arrives there is judged by hand_off_held
-- note: "known" is the moment up to which the source has been exported; what lies after it is not known yet

with

exported as (
    select
        source,
        max(exported_at) as known_until,
    from interactions
    group by all
),

neighbours as (
    select
        interactions.* exclude (team, handle_seconds, cost, currency, comment_id, source_file, source_line),
        exported.known_until,
        lag(started_at) over same_need as before_at,
        lead(started_at) over same_need as after_at,
        lag(silo) over same_need as before_silo,
        lead(silo) over same_need as after_silo,
        min(case when mode = 'human' then started_at end) over later_of_same_need as human_after_at,
        max(case when mode = 'digital' and failed then started_at end) over earlier as digital_failure_at,
    from interactions
    left join exported using (source)
    window
        same_need as (partition by customer_id, reason order by started_at, interaction_id),
        later_of_same_need as (
            partition by customer_id, reason
            order by started_at, interaction_id
            rows between 1 following and unbounded following
        ),
        earlier as (
            partition by customer_id
            order by started_at, interaction_id
            rows between unbounded preceding and 1 preceding
        )
),

judged as (
    select
        * exclude (human_after_at, digital_failure_at),
        customer_id is not null and reason is not null as can_repeat,
        coalesce(
            first_time_right,
            case
                when resolved_at is null then null
                when reopened or transfers > 0 then false
                when not can_repeat then case when reopened is not null then true end
                else coalesce(after_at > resolved_at + interval 14 days or after_silo != silo, true)
            end
        ) as right_first_time,
        customer_id is not null and digital_failure_at >= started_at - interval 7 days as after_digital_failure,
        case when can_repeat then human_after_at end as human_after_at,
        coalesce(not can_repeat or before_at < started_at - interval 14 days, true) as opens_episode,
    from neighbours
)

select
    * exclude (opens_episode, can_repeat, before_silo),
    case when not opens_episode then before_silo end as from_silo,
    last_value(case when opens_episode then interaction_id end ignore nulls) over (
        partition by customer_id, reason
        order by started_at, interaction_id
        rows between unbounded preceding and current row
    ) as episode_id,
from judged
