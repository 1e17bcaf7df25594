-- title: Veldlicht's tickets
-- tool: Zendesk, with the sample company's own fields
-- company: Veldlicht
-- every: day
-- format: csv
-- recognise: Id, Requester external id, Group, Status, Created at, Updated at, Solved at, Reopens, Group stations
-- recognise: First reply time in minutes, Ticket Category [list], Silo [list], Stage [list], Touchpoint [list]
-- recognise: Channel [list], Initiated by [list], Promised at [txt], Customer recognised [flag], Switching signal [list]
-- required: Id, Created at, Silo [list], Channel [list], Touchpoint [list]
-- zone: Europe/Amsterdam
-- time: Created at, Updated at, Solved at, Promised at [txt] as %Y-%m-%d %H:%M
-- number: Reopens, Group stations, First reply time in minutes, Total time spent (sec) [int], Cost [txt]
-- flag: Customer recognised [flag] as 1 / 0
-- code: Silo [list] as Sales / Onboarding / Billing / Support / Field service / Digital / Retention / Complaints
-- code: Channel [list] as email / chat / form / letter / visit / review_site / press / comparison_site / friend
-- code: Initiated by [list] as customer / company / third_party
-- exported_at: Created at, Updated at, Solved at
-- refuse: "Solved at" < "Created at" because it was solved before it was created
-- note: zendesk_tickets, plus fields that the company added to its tickets: where the columns end in [list], [txt], [flag]
-- note: what a third party says of the company is no touch of its own, so it is neither digital nor human

-- feed: interactions
select
    Id as interaction_id,
    "Requester external id" as customer_id,
    "Silo [list]" as silo,
    "Group" as team,
    "Stage [list]" as stage,
    "Touchpoint [list]" as touchpoint,
    "Channel [list]" as channel,
    case when "Initiated by [list]" <> 'third_party' then 'human' end as mode,
    "Initiated by [list]" as initiated_by,
    "Ticket Category [list]" as reason,
    "Created at" as started_at,
    "Created at" + to_seconds(60 * "First reply time in minutes") as answered_at,
    "Promised at [txt]" as promised_at,
    "Solved at" as resolved_at,
    60 * "First reply time in minutes" as wait_seconds,
    "Total time spent (sec) [int]" as handle_seconds,
    "Group stations" - 1 as transfers,
    Reopens > 0 as reopened,
    "Customer recognised [flag]" as recognised,
    "Switching signal [list]" is not null as switching,
    "Cost [txt]" as cost,
    'EUR' as currency,
    source_line,
from export
