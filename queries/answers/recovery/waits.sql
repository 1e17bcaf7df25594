-- title: How long it takes
-- question: How many failures of the last year were put right in time, and by which day half of them?
-- grain: kind and silo

select
    kind,
    silo,
    observations,
    value,
    median_days,
from recovery_waits
order by
    kind,
    silo
