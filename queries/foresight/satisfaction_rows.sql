-- title: Interactions as they were when they ended
-- grain: one row an interaction that has ended
-- note: every column but said and answer_at was known at known_at; numbers are coarse, so that many rows are alike
-- note: a case that is still open has not ended, unless its promised moment has passed: then that is where it is judged
-- note: what an export says without a date (segment, first time right) is left out: it may have been written down later

with

touchpoints as (
    select
        touchpoint,
        count(resolved_at) > 0 as is_settled,
    from contacts
    group by all
),

before as (
    select
        source,
        interaction_id,
        lag(started_at) over theirs as last_at,
        lag(started_at, 3) over theirs as third_at,
    from contacts
    where customer_id is not null
    window theirs as (partition by customer_id order by started_at, interaction_id)
),

answers as (
    select
        interaction_id,
        min(answered_at) as answer_at,
        arg_min(said, answered_at) as said,
    from invitations
    where
        is_wanted
        and said is not null
        and interaction_id is not null
    group by all
),

placed as (
    select
        contacts.*,
        answers.said,
        answers.answer_at,
        known_until,
        case
            when resolved_at is not null then greatest(started_at, answered_at, resolved_at)
            when failed or not is_settled then greatest(started_at, answered_at)
            when promised_at <= least(coalesce(due_until, promised_at), coalesce(known_until, promised_at))
                then greatest(started_at, promised_at)
        end as ended_at,
    from contacts
    left join touchpoints using (touchpoint)
    left join horizons using (source)
    left join answers using (interaction_id)
),

told as (
    select
        *,
        -- That it would stay open was known at the end of the export only.
        case
            when resolved_at is null and not coalesce(failed, false) and promised_at = ended_at
                then greatest(ended_at, known_until)
            else ended_at
        end as known_at,
        least(ended_at, answer_at) as seen_at,
    from placed
    where ended_at is not null
),

events as (
    select
        customer_id,
        coalesce(answered_at, asked_at + interval 14 days) as seen_at,
        one_if(is_wanted and answered_at is null) as silent,
        one_if(not is_wanted and answered_at is null) as silent_else,
        one_if(is_wanted and answered_at is not null) as answered,
        one_if(not is_wanted and answered_at is not null) as answered_else,
        one_if(is_wanted and said is not null) as sayings,
        one_if(not is_wanted and said is not null) as sayings_else,
        case when is_wanted then coalesce(said, 0) else 0 end as said,
        case when is_wanted then 0 else coalesce(said, 0) end as said_else,
    from invitations
    where
        customer_id is not null
        and is_known
),

so_far as (
    select
        customer_id,
        seen_at,
        sum(silent) over until_then as silent,
        sum(silent_else) over until_then as silent_else,
        sum(answered) over until_then as answered,
        sum(answered_else) over until_then as answered_else,
        sum(sayings) over until_then as sayings,
        sum(sayings_else) over until_then as sayings_else,
        sum(said) over until_then as said,
        sum(said_else) over until_then as said_else,
    from events
    window until_then as (partition by customer_id order by seen_at)
)

select
    told.source,
    told.interaction_id,
    told.customer_id,
    told.silo,
    told.stage,
    told.touchpoint,
    told.channel,
    told.mode,
    told.ended_at,
    told.known_at,
    told.said,
    greatest(told.answer_at, told.known_at) as answer_at,
    told.reason,
    told.initiated_by,
    round(2 * ln(1 + told.wait_seconds)) / 2 as wait,
    round(2 * ln(1 + greatest(epoch(told.resolved_at - told.started_at), 0) / 3600)) / 2 as duration,
    least(told.transfers, 3)::double as transfers,
    one_if(told.reopened)::double as reopened,
    case when told.recognised is not null then one_if(told.recognised) end::double as recognised,
    one_if(told.failed)::double as failed,
    one_if(told.switching)::double as switching,
    one_if(told.resolved_at is null and not coalesce(told.failed, false))::double as open,
    case
        when told.promised_at is null then null
        when told.promised_at > told.ended_at then 0
        else round(ln(1 + greatest(epoch(told.ended_at - told.promised_at), 0) / 3600))
    end::double as lateness,
    one_if(is_repeat(told.started_at, told.before_at, told.silo, told.from_silo, 14))::double as again,
    one_if(told.after_digital_failure)::double as after_digital_failure,
    round(ln(1 + date_diff('day', before.last_at, told.started_at)))::double as since_contact,
    round(ln(1 + date_diff('day', before.third_at, told.started_at)))::double as since_third_contact,
    round(ln(1 + greatest(date_diff('day', customers.joined_at, told.ended_at), 0)))::double as tenure,
    coalesce(so_far.silent, 0)::double as silent,
    coalesce(so_far.silent_else, 0)::double as silent_else,
    coalesce(so_far.answered, 0)::double as answered,
    coalesce(so_far.answered_else, 0)::double as answered_else,
    coalesce(so_far.sayings, 0)::double as sayings,
    coalesce(so_far.sayings_else, 0)::double as sayings_else,
    coalesce(so_far.said, 0)::double as said_before,
    round(coalesce(so_far.said_else, 0))::double as said_else,
from told
left join before using (source, interaction_id)
left join customers on told.customer_id = customers.customer_id
asof left join so_far
    on
        told.customer_id = so_far.customer_id
        and told.seen_at > so_far.seen_at
