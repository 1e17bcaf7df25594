-- title: Net promoter score
-- question: Would customers recommend us?
-- unit: score
-- better: higher
-- lens: outside-in
-- kind: candidate
-- feed: surveys
-- note: share of 9 and 10 less share of 0 to 6, on the scale from 0 to 10

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
    case
        when score >= 9 then 100
        when is_detractor(score) then -100
        else 0
    end as value,
    coalesce(weight, 1) as weight,
from surveys
where
    item = 'nps'
    and score is not null
    and answered_at is not null
