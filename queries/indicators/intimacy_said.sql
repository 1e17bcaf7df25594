-- title: Intimacy said
-- question: Do customers feel understood, respected, valued, met with empathy, pleasantly surprised?
-- unit: score
-- better: higher
-- lens: outside-in
-- kind: candidate
-- feed: surveys
-- note: the mean over the items, 0 to 100

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
    percent_of_scale(score, scale_min, scale_max, scale_reversed) as value,
    coalesce(weight, 1) as weight,
from surveys
where
    item in ('understood', 'respected', 'valued', 'empathy', 'surprised')
    and score is not null
    and answered_at is not null
