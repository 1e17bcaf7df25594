-- title: What the rated contact was like, and in which context
-- grain: one row a response
-- note: what went wrong as 1, what did not as 0; only what was known when the answer was given
-- note: what an export does not tell stands at 0 for everybody, and so can't matter
-- note: `after failure`: of any kind, in the 30 days before; out of hours: before 8, after 18 and at weekends, local time

with

responses as (
    select
        source || '/' || response_id as response,
        any_value(customer_id) as customer_id,
        any_value(interaction_id) as interaction_id,
        any_value(silo) as rated_silo,
        any_value(channel) as rated_channel,
        max(answered_at) as answered_at,
    from surveys
    cross join (select count(distinct response_id) as responses from surveys where score is not null) as sized
    where
        score is not null
        and answered_at is not null
        and hash(response_id) % greatest(1, sized.responses // 20000) = 0
    group by all
),

rated as (
    select
        responses.response,
        responses.rated_silo,
        responses.rated_channel,
        responses.answered_at,
        responses.customer_id,
        contacts.interaction_id is not null as is_known,
        contacts.started_at,
        contacts.reason,
        contacts.from_silo,
        one_if(coalesce(contacts.wait_seconds, epoch(contacts.answered_at - contacts.started_at)) > answer_seconds)
            as late_answer,
        one_if(not contacts.recognised) as not_recognised,
        one_if(
            contacts.promised_at <= responses.answered_at
            and not coalesce(contacts.resolved_at <= contacts.promised_at, false)
        ) as broken_promise,
        one_if(contacts.transfers > 0) as transferred,
        one_if(contacts.reopened) as reopened,
        one_if(contacts.from_silo = contacts.silo) as asked_again,
        one_if(contacts.from_silo != contacts.silo) as handed_over,
        one_if(contacts.after_digital_failure) as digital_had_failed,
    from responses
    left join contacts on responses.interaction_id = contacts.interaction_id
    left join channel_standards on contacts.channel = channel_standards.channel
    qualify row_number() over (partition by responses.response order by contacts.started_at) = 1
),

let_down as (
    select distinct rated.response
    from rated
    join failures
        on
            rated.customer_id = failures.customer_id
            and failures.known_at < coalesce(rated.started_at, rated.answered_at)
            and failures.known_at >= coalesce(rated.started_at, rated.answered_at) - interval 30 days
),

paid as (
    select
        rated.response,
        sum(loyalty.amount)::double as amount,
    from rated
    join loyalty
        on
            rated.customer_id = loyalty.customer_id
            and loyalty.kind in ('renewal', 'purchase')
            and loyalty.occurred_at < rated.answered_at
            and loyalty.occurred_at >= rated.answered_at - interval 52 weeks
    group by rated.response
),

valued as (
    select
        response,
        ntile(3) over (order by amount, response) as third,
    from paid
)

select
    rated.* exclude (reason, from_silo, started_at, customer_id, answered_at, rated_silo, rated_channel),
    customers.segment,
    case
        when customers.joined_at > rated.answered_at - interval 1 year then 'under a year'
        when customers.joined_at > rated.answered_at - interval 3 years then '1 to 3 years'
        when customers.joined_at is not null then 'over 3 years'
    end as tenure,
    case valued.third when 1 then 'lowest third' when 2 then 'middle third' when 3 then 'highest third' end as value,
    rated.rated_silo as silo,
    rated.rated_channel as channel,
    case
        when not rated.is_known or rated.reason is null then null
        when is_urgent(rated.reason) then 'urgent matter'
        else 'other matter'
    end as urgency,
    case
        when not rated.is_known then null
        when rated.from_silo is null then 'first contact'
        else 'again'
    end as turn,
    case
        when rated.customer_id is null then null
        when let_down.response is not null then 'after a failure'
        else 'no failure before'
    end as after_failure,
    case
        when rated.started_at is null then null
        when
            isodow(local_time(rated.started_at)) > 5
            or hour(local_time(rated.started_at)) < 8
            or hour(local_time(rated.started_at)) >= 18
            then 'out of hours'
        else 'in office hours'
    end as hours,
from rated
left join customers on rated.customer_id = customers.customer_id
left join let_down on rated.response = let_down.response
left join valued on rated.response = valued.response
order by rated.response
