-- title: Customers, in Bellwether's own layout
-- tool: Bellwether, its own plain layout
-- format: csv
-- recognise: customer_id, kind, segment, region, joined_at
-- required: customer_id
-- optional: left_at, attributes
-- time: joined_at, left_at
-- exported_at: joined_at
-- refuse: left_at < joined_at because the customer left before they came
-- note: one row a customer; the columns of the feed under its own names; moments as ISO 8601, in UTC unless they say otherwise
-- note: kind is consumer, business or citizen; left_at and attributes (a JSON object of texts) may be missing

-- feed: customers
select
    customer_id,
    kind,
    segment,
    region,
    joined_at,
    left_at,
    try_cast(try_cast(attributes as json) as map (varchar, varchar)) as attributes,
    source_line,
from export
