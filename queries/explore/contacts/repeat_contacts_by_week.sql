-- title: Repeat contacts by week
-- question: Does the share of contacts that repeat an earlier one within 7 days really change from week to week?
-- owner: Customer experience
-- note: a repeat is the same customer with the same reason at the same silo, within 7 days of the contact before
-- note: contacts without a customer or a reason can't be seen to repeat, so they are left out
-- grain: week
-- chart: line
-- x: week
-- y: repeats
-- unit: share
-- better: lower
-- count: contacts
-- trend: yes
-- opens: contacts/repeat_contacts_by_reason

select
    week_of(started_at) as week,
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
group by week
order by week
