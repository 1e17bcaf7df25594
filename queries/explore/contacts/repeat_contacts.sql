-- title: Repeat contacts by channel
-- question: Of what customers contact us about in each channel, how much was already a contact in the 7 days before?
-- owner: Customer experience
-- note: a repeat is the same customer with the same reason at the same silo, within 7 days of the contact before
-- note: contacts without a customer or a reason can't be seen to repeat, so they are left out
-- grain: channel
-- chart: bar
-- x: channel
-- y: repeats
-- unit: share
-- better: lower
-- count: contacts
-- opens: contacts/repeat_contacts_by_week

select
    channel,
    avg(one_if(is_repeat(started_at, before_at, silo, from_silo, 7))) as repeats,
    count(*) as contacts,
from contacts
where
    can_repeat(customer_id, reason, initiated_by)
    and chosen($silos, silo)
    and chosen($stages, stage)
    and chosen($modes, mode)
    and within(local_time(started_at), $since, $until)
group by channel
order by repeats desc
