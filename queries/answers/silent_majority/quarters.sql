-- title: How far off each quarter was
-- question: Were scores that were foretold before the answers came closer to them than the mean?
-- grain: one row a quarter
-- note: off is the mean distance in points of 100; off_naive that of the mean of all answers before

select
    local_time(begins)::date as begins,
    local_time(ends)::date as ends,
    taught,
    answers,
    observations,
    off,
    off_naive,
    inside,
from satisfaction_quarters
order by begins
