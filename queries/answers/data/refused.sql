-- title: Refused files
-- question: Which files were not taken in, and why?
-- grain: one row a file

select
    file,
    source,
    said,
from imports
where state = 'refused'
order by file
