-- title: What customers met in a quarter, and whether they stayed the next half year
-- grain: one row a moment and a customer with a contract then
-- note: moments lie half a year apart, so no half year counts twice; counts stop at three
-- note: only what was known before the moment; a stated sample where there are very many customers

with

seen as (
    select max(seen_until) as seen_until
    from origins
),

moments as (
    select
        unnest(
            generate_series(
                seen_until - interval 26 weeks,
                (select min(started_at) from contacts) + interval 13 weeks,
                interval '-26 weeks'
            )
        ) as origin,
    from seen
),

there as (
    select
        moments.origin,
        spells.customer_id,
        coalesce(spells.left_at >= moments.origin + interval 26 weeks, true) as stays,
    from spells
    join moments
        on
            moments.origin >= coalesce(spells.began_at, moments.origin)
            and moments.origin < coalesce(spells.left_at, moments.origin + interval 1 day)
    where in_sample(spells.customer_id, (select count(*) from customers))
),

met as (
    select
        there.origin,
        there.customer_id,
        count(*) as contacts,
        count(*) filter (
            where coalesce(contacts.wait_seconds, epoch(contacts.answered_at - contacts.started_at)) > answer_seconds
        ) as late_answers,
        count(*) filter (where not contacts.recognised) as not_recognised,
        count(*) filter (
            where
            contacts.promised_at < there.origin
            and not coalesce(contacts.resolved_at <= contacts.promised_at, false)
        ) as broken_promises,
        count(*) filter (where contacts.transfers > 0 or contacts.reopened) as transferred_or_reopened,
        count(*) filter (where contacts.from_silo = contacts.silo) as asked_again,
        count(*) filter (
            where
            contacts.after_digital_failure
            and contacts.mode = 'human'
            and not contacts.right_first_time
            and contacts.resolved_at + interval 14 days < there.origin
        ) as not_right_after_digital_failure,
        count(*) filter (where contacts.switching) as switching_signals,
        count(*) filter (where contacts.initiated_by = 'third_party') as third_party,
    from there
    join contacts
        on
            there.customer_id = contacts.customer_id
            and contacts.started_at >= there.origin - interval 13 weeks
            and contacts.started_at < there.origin
    left join channel_standards on contacts.channel = channel_standards.channel
    group by all
),

crossed as (
    select
        there.origin,
        there.customer_id,
        count(*) as broken_hand_offs,
    from there
    join hand_offs
        on
            there.customer_id = hand_offs.customer_id
            and hand_offs.known_at >= there.origin - interval 13 weeks
            and hand_offs.known_at < there.origin
    where
        hand_offs.level = 'silos'
        and not hand_offs.held
    group by all
)

select
    there.origin,
    there.customer_id,
    one_if(there.stays) * 100 as stays,
    least(coalesce(contacts, 0), 6) as contacts,
    least(coalesce(late_answers, 0), 3) as late_answers,
    least(coalesce(not_recognised, 0), 3) as not_recognised,
    least(coalesce(broken_promises, 0), 3) as broken_promises,
    least(coalesce(transferred_or_reopened, 0), 3) as transferred_or_reopened,
    least(coalesce(asked_again, 0), 3) as asked_again,
    least(coalesce(not_right_after_digital_failure, 0), 3) as not_right_after_digital_failure,
    least(coalesce(switching_signals, 0), 3) as switching_signals,
    least(coalesce(third_party, 0), 3) as third_party,
    least(coalesce(broken_hand_offs, 0), 3) as broken_hand_offs,
    customers.segment,
    case
        when customers.joined_at > there.origin - interval 1 year then 'under a year'
        when customers.joined_at > there.origin - interval 3 years then '1 to 3 years'
        when customers.joined_at is not null then 'over 3 years'
    end as tenure,
from there
left join met using (origin, customer_id)
left join crossed using (origin, customer_id)
left join customers using (customer_id)
order by origin, customer_id
