-- title: Qualtrics responses, legacy layout
-- tool: Qualtrics, legacy response export as CSV
-- format: csv
-- recognise: V1, V2, V3, V4, V5, V6, V7, V8, V9, V10
-- required: V1, V9
-- skip: 1
-- time: V8, V9
-- text: V4, V7
-- exported_at: V9
-- refuse: V7 in ('1', '2', '4') because it is a preview or a test
-- refuse: V7 in ('8', '9', '12') because the tool marked it as spam
-- refuse: V9 < V8 because it ends before it begins
-- note: V1 is the response's id, V4 the external reference, V7 the status, V8 and V9 its begin and end
-- note: items as in qualtrics_responses; this layout names no time zone, so times are taken as UTC

-- feed: surveys
with

cells as (
    select
        source_line,
        to_json(export) as response,
        unnest(json_keys(to_json(export))) as question,
    from export
),

answers as (
    select
        source_line,
        response,
        question,
        try_cast(json_extract_string(response, '$."' || question || '"') as double) as score,
    from cells
    where regexp_full_match(question, 'Q[0-9]+(_[0-9]+)?')
)

select
    json_extract_string(response, '$.V1') as response_id,
    lower(question) as item,
    json_extract_string(response, '$.V4') as customer_id,
    json_extract_string(response, '$.V9')::timestamp as answered_at,
    score,
    source_line,
from answers
where score is not null
