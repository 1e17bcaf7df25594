-- title: Still a customer, week by week
-- question: Of those who were put right in time, later or not yet, how many are still customers after how many weeks?
-- grain: landmark, kind, standing and week

select
    landmark,
    kind,
    standing,
    week,
    observations,
    value,
    low,
    high,
    followed,
from recovery_curves
order by all
