-- title: TITLE
-- question: Of the contacts in each channel, how many were settled the first time? Write here what you ask.
-- grain: channel
-- chart: bar
-- x: channel
-- y: settled
-- unit: share
-- better: higher
-- count: contacts

select
    channel,
    avg(one_if(right_first_time)) as settled,
    count(*) as contacts,
from contacts
where
    right_first_time is not null
    and chosen($silos, silo)
    and chosen($stages, stage)
    and within(local_time(started_at), $since, $until)
group by channel
order by
    settled desc,
    channel
