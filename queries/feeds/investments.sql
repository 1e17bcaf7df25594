-- title: Investments
-- grain: one row a period, silo and purpose
-- key: period, silo, purpose
-- month: period
-- not_null: period, purpose, amount, currency
-- values: purpose in service, product
-- volume: from 0.5 to 100

select
    null::timestamp as period,            -- first day
    null::varchar as silo,
    null::varchar as purpose,
    null::decimal(18, 4) as amount,
    null::varchar as currency,
    null::varchar as source,
    null::varchar as source_file,
    null::bigint as source_line,
    null::timestamp as exported_at,
where false
