-- title: Repeat contacts by reason and channel
-- question: For which reasons, and in which channel, do customers have to come back within 7 days?
-- owner: Customer experience
-- note: a repeat is the same customer with the same reason at the same silo, within 7 days of the contact before
-- grain: reason and channel
-- chart: heat
-- x: channel
-- y: reason
-- colour: repeats
-- unit: share
-- better: lower
-- count: contacts
-- opens: contacts/repeat_contacts_by_week

select
    reason,
    channel,
    avg(one_if(is_repeat(started_at, before_at, silo, from_silo, 7))) as repeats,
    count(*) as contacts,
from contacts
where
    can_repeat(customer_id, reason, initiated_by)
    and chosen($silos, silo)
    and chosen($stages, stage)
    and chosen($channels, channel)
    and chosen($modes, mode)
    and within(local_time(started_at), $since, $until)
group by
    reason,
    channel
order by
    reason,
    channel
