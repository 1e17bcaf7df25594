-- title: Qualtrics responses
-- tool: Qualtrics, response export as CSV
-- format: csv
-- recognise: StartDate, EndDate, Status, Progress, Finished, RecordedDate, ResponseId
-- required: ResponseId, RecordedDate
-- skip: 2 with ImportId
-- zone: stated
-- optional: ExternalReference, DistributionChannel, customer_id, interaction_id, silo, touchpoint, stage, channel
-- time: StartDate, EndDate, RecordedDate
-- exported_at: RecordedDate
-- refuse: Status in ('Survey Preview', '1') because it is a preview
-- refuse: Status in ('Survey Test', '2', '4') because it is a test
-- refuse: Status in ('Spam', '8', '9', '12') because the tool marked it as spam
-- refuse: EndDate < StartDate because it ends before it begins
-- note: three rows of names: ids, question texts, and import ids, of which the dates' name the time zone
-- note: every column Q1, Q2_3 ... that holds a number is an item under its own name; with Q1_NPS_GROUP beside it Q1 is nps
-- note: the export does not say how far an item's scale goes; copy this source to name your items and their scales
-- note: ids, silo, touchpoint and channel are taken from embedded data of these names, where there is any

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
        json_exists(response, '$."' || question || '_NPS_GROUP"') as asks_to_recommend,
    from cells
    where regexp_full_match(question, 'Q[0-9]+(_[0-9]+)?')
)

select
    json_extract_string(response, '$.ResponseId') as response_id,
    case when asks_to_recommend then 'nps' else lower(question) end as item,
    coalesce(
        json_extract_string(response, '$.customer_id'),
        json_extract_string(response, '$.ExternalReference')
    ) as customer_id,
    json_extract_string(response, '$.interaction_id') as interaction_id,
    json_extract_string(response, '$.silo') as silo,
    json_extract_string(response, '$.touchpoint') as touchpoint,
    json_extract_string(response, '$.stage') as stage,
    coalesce(
        json_extract_string(response, '$.channel'),
        lower(json_extract_string(response, '$.DistributionChannel'))
    ) as channel,
    json_extract_string(response, '$.RecordedDate')::timestamp as answered_at,
    score,
    case when asks_to_recommend then 0 end as scale_min,
    case when asks_to_recommend then 10 end as scale_max,
    source_line,
from answers
where score is not null
