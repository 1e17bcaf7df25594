-- title: Contacts handed on
-- question: Of the contacts that reach each silo, how many are handed on to somebody else at least once?
-- owner: Customer experience
-- note: contacts of tools that count no hand-overs are left out
-- grain: silo
-- chart: bar
-- x: silo
-- y: handed_on
-- unit: share
-- better: lower
-- count: contacts
-- opens: contacts/repeat_contacts_by_week

select
    silo,
    avg(one_if(transfers > 0)) as handed_on,
    count(*) as contacts,
from contacts
where
    transfers is not null
    and chosen($silos, silo)
    and chosen($channels, channel)
    and within(local_time(started_at), $since, $until)
group by silo
order by handed_on desc
