-- title: Checks of a verdict
-- question: What did each comparison have to pass before it was believed?
-- grain: commitment, measure and check

select
    commitment,
    measure,
    place,
    name,
    passed,
    result,
from verdict_checks
order by
    commitment,
    measure,
    place
