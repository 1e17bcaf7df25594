-- title: Sources
-- question: Which kinds of export came in, from when are they, and how much of them was accepted?
-- grain: one row a source

select
    source,
    count(*) filter (where state = 'taken in') as files,
    max(exported_at) as exported_at,
    sum(read) filter (where state = 'taken in')::bigint as read,
    sum(accepted) filter (where state = 'taken in')::bigint as accepted,
    sum(quarantined) filter (where state = 'taken in')::bigint as quarantined,
from imports
where
    source is not null
    and source != ''
group by all
order by exported_at desc nulls last
