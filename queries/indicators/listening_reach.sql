-- title: Listening reach
-- question: Of the customers we ask, how many answer?
-- unit: share
-- better: higher
-- lens: management
-- kind: management
-- feed: surveys
-- note: answered within 14 days of the invitation

select
    customer_id,
    min(asked_at) as observed_at,
    min(asked_at) + interval 14 days as known_at,
    response_id as row_id,
    any_value(silo) as silo,
    any_value(stage) as stage,
    any_value(touchpoint) as touchpoint,
    any_value(channel) as channel,
    null as mode,
    max(one_if(score is not null and answered_at <= asked_at + interval 14 days)) as value,
    1 as weight,
from surveys
where asked_at is not null
group by source, customer_id, response_id
having min(asked_at) + interval 14 days <= max(exported_at) or max(exported_at) is null
