-- title: Rows lost to unanswered items
-- question: Which items cost most rows?
-- grain: model and driver

select *
from driver_missing
where missing > 0
order by
    model,
    missing desc,
    driver
