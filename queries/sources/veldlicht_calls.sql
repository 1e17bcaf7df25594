-- title: Veldlicht's calls
-- tool: Amazon Connect, with the sample company's contact attributes
-- company: Veldlicht
-- every: day
-- format: json
-- recognise: ContactId, Channel, InitiationMethod, InitiationTimestamp, DisconnectTimestamp, LastUpdateTimestamp
-- recognise: Attributes.customerId, Attributes.stage, Attributes.reason, Attributes.promisedAt, Attributes.resolvedAt
-- required: ContactId, InitiationTimestamp, Queue.Name
-- optional: Queue.Duration, Agent.ConnectedToAgentTimestamp, Agent.AgentInteractionDuration
-- optional: Agent.AfterContactWorkDuration, Attributes.team, Attributes.recognised, Attributes.switching
-- optional: Attributes.transfers, Attributes.cost
-- time: InitiationTimestamp, DisconnectTimestamp, LastUpdateTimestamp, Agent.ConnectedToAgentTimestamp
-- time: Attributes.promisedAt, Attributes.resolvedAt
-- number: Queue.Duration, Agent.AgentInteractionDuration, Agent.AfterContactWorkDuration
-- number: Attributes.transfers, Attributes.cost
-- flag: Attributes.recognised as true / false
-- code: InitiationMethod as INBOUND / OUTBOUND
-- code: Queue.Name as Sales - Sales line / Onboarding - Welcome line / Billing - Bill line / Support - Help line / Retention - Renewal desk
-- exported_at: LastUpdateTimestamp
-- refuse: DisconnectTimestamp < InitiationTimestamp because it ends before it begins
-- refuse: "Agent.AgentInteractionDuration" < 0 because the conversation lasts less than no time
-- note: a queue is named after the silo that answers for it and the line that it serves
-- note: a call without a promise is settled when it ends; one with a promise when the attribute resolvedAt says so

-- feed: interactions
select
    ContactId as interaction_id,
    "Attributes.customerId" as customer_id,
    split_part("Queue.Name", ' - ', 1) as silo,
    "Attributes.team" as team,
    "Attributes.stage" as stage,
    split_part("Queue.Name", ' - ', 2) as touchpoint,
    'phone' as channel,
    'human' as mode,
    case InitiationMethod when 'OUTBOUND' then 'company' else 'customer' end as initiated_by,
    "Attributes.reason" as reason,
    InitiationTimestamp as started_at,
    case InitiationMethod when 'INBOUND' then "Agent.ConnectedToAgentTimestamp" end as answered_at,
    "Attributes.promisedAt" as promised_at,
    case when "Attributes.promisedAt" is null then DisconnectTimestamp else "Attributes.resolvedAt" end as resolved_at,
    "Queue.Duration" as wait_seconds,
    "Agent.AgentInteractionDuration" + "Agent.AfterContactWorkDuration" as handle_seconds,
    "Attributes.transfers" as transfers,
    "Attributes.recognised" as recognised,
    "Attributes.switching" is not null as switching,
    "Attributes.cost" as cost,
    'EUR' as currency,
    source_line,
from export
