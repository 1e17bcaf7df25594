-- title: What it goes with in later loyalty
-- question: Are those with whom it went well still customers half a year later, and those with whom it did not?
-- grain: topic, part and standing

select
    *,
    (select count(*) > 0 from loyalty where loyalty.kind = 'lapse') as leaving_is_seen,
from journey_loyalty
order by
    topic,
    part != 'all',
    observations desc,
    standing
