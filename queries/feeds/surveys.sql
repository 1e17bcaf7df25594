-- title: Survey answers
-- grain: one row an answered item; one row with a null score for an invitation without answer
-- key: response_id, item
-- month: coalesce(answered_at, asked_at)
-- not_null: response_id, item
-- range: weight from 0 to 1000000
-- order: asked_at <= answered_at in 99%
-- order: scale_min <= score
-- order: score <= scale_max
-- link: customer_id to customers.customer_id
-- known: silo among silos.silo
-- volume: from 0.5 to 100

select
    null::varchar as response_id,
    null::varchar as item,                -- nps, csat, ces, understood, respected, valued, empathy, surprised or its own
    null::varchar as customer_id,
    null::varchar as interaction_id,
    null::varchar as silo,
    null::varchar as touchpoint,
    null::varchar as stage,
    null::varchar as channel,
    null::timestamp as asked_at,
    null::timestamp as answered_at,
    null::double as score,
    null::double as scale_min,
    null::double as scale_max,
    null::boolean as scale_reversed,      -- 1 is best
    null::varchar as comment_id,
    null::double as weight,
    null::varchar as source,
    null::varchar as source_file,
    null::bigint as source_line,
    null::timestamp as exported_at,
where false
