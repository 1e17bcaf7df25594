-- title: Still a customer, week by week
-- question: Of those with whom it went well, and of the others, how many are still customers after how many weeks?
-- grain: topic, standing and week

select
    topic,
    standing,
    week,
    observations,
    value,
    low,
    high,
    followed,
from journey_curves
order by all
