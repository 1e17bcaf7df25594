-- title: Intimacy done
-- question: Of what makes a customer feel known, how much did we do?
-- unit: score
-- better: higher
-- lens: inside-out
-- kind: candidate
-- feed: interactions
-- note: placed where the contact ended, so that the newest weeks hold long and short ones alike
-- note: the mean, 0 to 100, of recognised, first time right, promise kept and prompt, as far as a contact has them

with

parts as (
    select
        contacts.*,
        greatest(started_at, promised_at, resolved_at) as ended_at,
        case when recognised is not null then one_if(recognised) end as was_recognised,
        case when right_first_time is not null then one_if(right_first_time) end as was_right,
        case
            when promised_at <= coalesce(due_until, promised_at) then one_if(resolved_at <= promised_at)
        end as was_kept,
        case
            when initiated_by = 'customer' and wait_seconds is not null then one_if(wait_seconds <= answer_seconds)
        end as was_prompt,
    from contacts
    left join channel_standards using (channel)
)

select
    customer_id,
    ended_at as observed_at,
    ended_at + interval 14 days as known_at,
    interaction_id as row_id,
    silo,
    stage,
    touchpoint,
    channel,
    mode,
    100e0 * list_avg([was_recognised, was_right, was_kept, was_prompt]) as value,
    1 as weight,
from parts
left join horizons using (source)
where
    was_recognised is not null
    and list_avg([was_recognised, was_right, was_kept, was_prompt]) is not null
    and (ended_at + interval 14 days <= known_until or known_until is null)
