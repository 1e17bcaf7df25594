-- title: Third-party exposure
-- question: In how many customer-weeks did an experience reach the customer through a third party?
-- unit: share
-- better: lower
-- lens: outside-in
-- kind: candidate
-- feed: interactions
-- note: of the weeks in which the customer had any contact

select
    customer_id,
    max(started_at) as observed_at,
    max(started_at) as known_at,
    max(interaction_id) as row_id,
    silo,
    stage,
    touchpoint,
    channel,
    mode,
    max(one_if(initiated_by = 'third_party')) as value,
    1 as weight,
from contacts
where
    customer_id is not null
    and initiated_by is not null
group by customer_id, date_trunc('week', started_at), silo, stage, touchpoint, channel, mode
