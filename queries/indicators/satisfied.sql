-- title: Satisfied
-- question: How many of those who answer are satisfied?
-- unit: share
-- better: higher
-- lens: outside-in
-- kind: candidate
-- feed: surveys
-- note: the best quarter of the scale: 4 and 5 of 5, 6 and 7 of 7

select
    customer_id,
    answered_at as observed_at,
    answered_at as known_at,
    response_id as row_id,
    silo,
    stage,
    touchpoint,
    channel,
    null as mode,
    one_if(percent_of_scale(score, scale_min, scale_max, scale_reversed) >= 75) as value,
    coalesce(weight, 1) as weight,
from surveys
where
    item = 'csat'
    and score is not null
    and answered_at is not null
