-- title: Zendesk tickets
-- tool: Zendesk, ticket export of an administrator
-- format: csv
-- recognise: Id, Requester id, Group, Status, Via, Created at, Updated at, Solved at, Reopens, Group stations
-- recognise: First reply time in minutes
-- required: Id, Created at
-- optional: Requester external id, Due date, Satisfaction Score, Assignee, Ticket Category [list]
-- time: Created at, Updated at, Solved at
-- due: Due date as %Y-%m-%d | %Y-%m-%d %H:%M | %Y-%m-%d %H:%M:%S
-- number: Reopens, Group stations, First reply time in minutes
-- exported_at: Created at, Updated at, Solved at
-- refuse: "Solved at" < "Created at" because it was solved before it was created
-- note: a field of your own comes as a column such as "Silo [list]": see veldlicht_tickets for a source that reads some
-- note: without such a field the group answers for a ticket, so it is the silo
-- note: the export does not name its time zone; say the account's as "-- zone:", else times are taken as UTC

-- feed: interactions
select
    Id as interaction_id,
    coalesce("Requester external id", "Requester id") as customer_id,
    coalesce("Group", 'No group') as silo,
    "Assignee" as team,
    'get help' as stage,
    'Ticket' as touchpoint,
    case lower(Via)
        when 'mail' then 'email'
        when 'web form' then 'form'
        when 'web service' then 'api'
        when 'phone call (incoming)' then 'phone'
        when 'phone call (outgoing)' then 'phone'
        else coalesce(lower(Via), 'unknown')
    end as channel,
    'human' as mode,
    case when lower(Via) like '%outgoing%' then 'company' else 'customer' end as initiated_by,
    "Ticket Category [list]" as reason,
    "Created at" as started_at,
    "Created at" + to_seconds(60 * "First reply time in minutes") as answered_at,
    "Due date" as promised_at,
    "Solved at" as resolved_at,
    60 * "First reply time in minutes" as wait_seconds,
    greatest("Group stations" - 1, 0) as transfers,
    Reopens > 0 as reopened,
    source_line,
from export

-- feed: surveys
select
    Id as response_id,
    'csat' as item,
    coalesce("Requester external id", "Requester id") as customer_id,
    Id as interaction_id,
    coalesce("Group", 'No group') as silo,
    'Ticket' as touchpoint,
    'get help' as stage,
    "Solved at" as asked_at,
    case when lower("Satisfaction Score") <> 'offered' then "Updated at" end as answered_at,
    case
        when lower("Satisfaction Score") like 'good%' then 1
        when lower("Satisfaction Score") like 'bad%' then 0
    end as score,
    0 as scale_min,
    1 as scale_max,
    source_line,
from export
where
    lower("Satisfaction Score") like 'good%'
    or lower("Satisfaction Score") like 'bad%'
    or lower("Satisfaction Score") = 'offered'
