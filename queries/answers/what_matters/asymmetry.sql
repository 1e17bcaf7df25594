-- title: What only hurts, what only delights
-- question: Does a low answer take more than a high one gives?
-- grain: model and item

select
    *,
    least(low_answers, middle_answers, high_answers) as observations,
from driver_asymmetry
order by
    model,
    penalty,
    driver
