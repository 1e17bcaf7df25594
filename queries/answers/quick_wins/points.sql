-- title: The gap by week
-- question: How far was what was treated from its comparison, week by week?
-- grain: commitment, measure and week, counted from the start

select
    commitment,
    measure,
    week,
    side,
    gap,
from verdict_points
order by
    commitment,
    measure,
    week
