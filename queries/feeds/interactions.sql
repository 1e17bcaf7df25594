-- title: Interactions
-- grain: one row a contact, case, visit or delivery: any moment at which the organisation and the customer meet
-- key: interaction_id
-- month: started_at
-- not_null: interaction_id, silo, touchpoint, channel, started_at
-- values: mode in digital, human
-- values: initiated_by in customer, company, third_party
-- range: wait_seconds from 0 to 31622400
-- range: handle_seconds from 0 to 31622400
-- range: transfers from 0 to 1000
-- order: started_at <= answered_at in 95%
-- order: started_at <= resolved_at in 95%
-- link: customer_id to customers.customer_id
-- known: silo among silos.silo
-- volume: from 0.5 to 100

select
    null::varchar as interaction_id,
    null::varchar as customer_id,
    null::varchar as silo,                -- the function that answers for it
    null::varchar as team,
    null::varchar as stage,               -- discover, choose, join, use, get help, renew, leave
    null::varchar as touchpoint,
    null::varchar as channel,
    null::varchar as mode,
    null::varchar as initiated_by,
    null::varchar as reason,
    null::timestamp as started_at,
    null::timestamp as answered_at,
    null::timestamp as promised_at,       -- when the customer was told it would be done
    null::boolean as promise_kept,        -- only where the tool says so itself
    null::timestamp as resolved_at,
    null::double as wait_seconds,
    null::double as handle_seconds,
    null::integer as transfers,
    null::boolean as reopened,
    null::boolean as first_time_right,    -- only where the tool says so itself
    null::boolean as recognised,          -- known, and did not have to repeat themselves
    null::boolean as failed,              -- the attempt did not give what was wanted
    null::boolean as switching,           -- cancel, compare, match a price
    null::decimal(18, 4) as cost,
    null::varchar as currency,
    null::varchar as comment_id,
    null::varchar as case_id,             -- the tool's own case: its rows are one matter, however long it takes
    null::varchar as source,
    null::varchar as source_file,
    null::bigint as source_line,          -- first line of the record in the export
    null::timestamp as exported_at,       -- what "now" means for a case that was still open
    null::timestamp as due_until,         -- what is due by then was due as the export was taken, as its other rows tell
where false
