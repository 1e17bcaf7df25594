-- title: Event study
-- question: How did the gap to the comparison run before and after the start, in blocks of four weeks?
-- grain: commitment, measure and block of weeks

select
    commitment,
    measure,
    from_week,
    to_week,
    side,
    estimate,
    lower,
    upper,
from verdict_blocks
order by
    commitment,
    measure,
    from_week
