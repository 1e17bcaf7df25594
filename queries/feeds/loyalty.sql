-- title: Loyalty events
-- grain: one row an event in which a customer's loyalty shows
-- key: event_id
-- month: occurred_at
-- not_null: event_id, customer_id, occurred_at, kind
-- values: kind in join, purchase, renewal, upgrade, downgrade, redemption, referral, lapse, return
-- link: customer_id to customers.customer_id
-- volume: from 0.5 to 100

select
    null::varchar as event_id,
    null::varchar as customer_id,
    null::timestamp as occurred_at,
    null::varchar as kind,
    null::timestamp as due_at,            -- when the renewal was due
    null::decimal(18, 4) as amount,
    null::varchar as currency,
    null::double as points,
    null::varchar as tier,
    null::varchar as reason,
    null::varchar as source,
    null::varchar as source_file,
    null::bigint as source_line,
    null::timestamp as exported_at,
where false
