-- title: Feeds
-- question: How many rows does each feed hold, over which months?
-- grain: one row a feed

select
    feed,
    sum(rows)::bigint as rows,
    min(month) filter (where month similar to '[0-9]{4}-[0-9]{2}') as first_month,
    max(month) filter (where month similar to '[0-9]{4}-[0-9]{2}') as last_month,
from feed_rows
group by all
order by sum(rows) desc
