-- title: Files
-- question: What came in from each file, and do the rows add up?
-- grain: one row a file

select
    file,
    source,
    state,
    exported_at,
    read,
    accepted,
    quarantined,
    read = accepted + quarantined as adds_up,
from imports
where state != 'refused'
order by
    state,
    exported_at desc nulls last,
    file
