-- title: The record behind a failure
-- question: Which row of which export tells of the failure, and what does it say?
-- grain: one row

with

one as (
    select *
    from failures
    where failure = $failure
),

contact as (
    select
        interactions.source_file,
        interactions.source_line,
        interactions.started_at,
        interactions.promised_at,
        interactions.resolved_at,
        interactions.initiated_by,
        interactions.transfers,
        null::double as score,
        null::varchar as item,
    from one
    join interactions
        on
            interactions.source = one.source
            and interactions.interaction_id = one.row_id
    where one.feed = 'interactions'
),

answer as (
    select
        surveys.source_file,
        surveys.source_line,
        surveys.answered_at as started_at,
        null::timestamp as promised_at,
        null::timestamp as resolved_at,
        null::varchar as initiated_by,
        null::integer as transfers,
        surveys.score,
        surveys.item,
    from one
    join surveys
        on
            surveys.source = one.source
            and surveys.response_id = one.row_id
            and surveys.item = 'nps'
    where one.feed = 'surveys'
)

select
    one.failure,
    one.kind,
    one.silo,
    one.stage,
    one.touchpoint,
    one.channel,
    one.reason,
    one.customer_id,
    one.row_id,
    local_time(one.failed_at) as failed_at,
    local_time(place.started_at) as started_at,
    local_time(place.promised_at) as promised_at,
    local_time(place.resolved_at) as resolved_at,
    place.initiated_by,
    place.transfers,
    place.score,
    place.source_file,
    place.source_line,
    local_time(one.exported_at) as exported_at,
    local_time(one.recovered_at) as recovered_at,
    one.how,
    recoveries.assigned_to,
    coalesce(owners.owner, silos.leader) as belongs_to,
from one
left join (from contact union all by name from answer) as place on true
left join recoveries using (failure)
left join owners
    on
        owners.indicator = 'recovery_prompt'
        and owners.silo = one.silo
left join silos
    on silos.silo = one.silo
