-- title: Rows in quarantine
-- question: Which rows were not accepted: file, line, column, value and reason?
-- grain: one row a fault
-- note: the first 200 of each file, column and reason

select
    file,
    line,
    field,
    value,
    reason,
    source,
from quarantine
qualify row_number() over (partition by file, field, reason order by line) <= 200
order by
    file,
    line
