-- title: What was foretold, and what was said
-- question: Do those of whom 70 was foretold say 70?
-- grain: one row a bin of scores that were foretold alike
-- note: value is what was said, expected what was foretold before, in points of 100

select
    bin,
    observations,
    expected,
    observed as value,
    lower as low,
    upper as high,
from satisfaction_calibration
order by bin
