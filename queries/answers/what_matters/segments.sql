-- title: What matters for whom
-- question: What does the outcome go with in each segment and context?
-- grain: model, dimension, member and driver

select *
from driver_segments
order by
    model,
    dimension,
    observations desc,
    member,
    value desc
