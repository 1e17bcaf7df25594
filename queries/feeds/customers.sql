-- title: Customers
-- grain: one row a customer
-- key: customer_id
-- not_null: customer_id
-- values: kind in consumer, business, citizen
-- order: joined_at <= left_at in 99%
-- volume: from 0.5 to 100

select
    null::varchar as customer_id,
    null::varchar as kind,
    null::varchar as segment,
    null::varchar as region,
    null::timestamp as joined_at,
    null::timestamp as left_at,
    null::map (varchar, varchar) as attributes,
    null::varchar as source,
    null::varchar as source_file,
    null::bigint as source_line,
    null::timestamp as exported_at,
where false
