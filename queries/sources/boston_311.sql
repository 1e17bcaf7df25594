-- title: Boston 311 service requests
-- tool: City of Boston, open data portal
-- format: csv
-- recognise: CASE_ENQUIRY_ID, OPEN_DT, TARGET_DT, CLOSED_DT, OnTime_Status, SUBJECT
-- required: CASE_ENQUIRY_ID, OPEN_DT, SUBJECT, TYPE, Source
-- zone: America/New_York
-- time: OPEN_DT, TARGET_DT, CLOSED_DT as %m/%d/%Y %I:%M:%S %p
-- code: CASE_STATUS as Open / Closed
-- exported_at: OPEN_DT, CLOSED_DT
-- note: no citizen is named in this export, so nothing about loyalty can follow from it
-- note: OnTime_Status calls cases without a target ONTIME; the promise is judged from the target date instead

-- feed: interactions
select
    CASE_ENQUIRY_ID as interaction_id,
    SUBJECT as silo,
    QUEUE as team,
    'get help' as stage,
    REASON as touchpoint,
    TYPE as reason,
    case Source
        when 'Constituent Call' then 'phone'
        when 'Citizens Connect App' then 'app'
        when 'Self Service' then 'web'
        when 'Twitter' then 'social'
        when 'City Worker App' then 'field app'
        when 'Employee Generated' then 'staff'
        else lower(Source)
    end as channel,
    case when Source in ('Constituent Call', 'Employee Generated') then 'human' else 'digital' end as mode,
    case
        when Source in ('Employee Generated', 'City Worker App', 'Maximo Integration') then 'company'
        else 'customer'
    end as initiated_by,
    OPEN_DT as started_at,
    TARGET_DT as promised_at,
    CLOSED_DT as resolved_at,
    source_line,
from export
