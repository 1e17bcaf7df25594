-- title: Why rows are in quarantine
-- question: Which columns of which files were at fault, how often, and for which reason?
-- grain: file, column and reason

select
    file,
    field,
    reason,
    count(*) as rows,
    min(line) as first_line,
from quarantine
group by all
order by
    count(*) desc,
    file,
    field
