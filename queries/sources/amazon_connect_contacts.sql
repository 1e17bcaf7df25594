-- title: Amazon Connect contacts
-- tool: Amazon Connect, contact records
-- format: json
-- recognise: ContactId, Channel, InitiationMethod, InitiationTimestamp, DisconnectTimestamp, LastUpdateTimestamp
-- required: ContactId, InitiationTimestamp
-- optional: Queue.Name, Queue.Duration, Queue.EnqueueTimestamp, Agent.ConnectedToAgentTimestamp, Agent.Username
-- optional: Agent.AgentInteractionDuration, Agent.AfterContactWorkDuration, TransferCompletedTimestamp
-- optional: Attributes.customerId
-- time: InitiationTimestamp, DisconnectTimestamp, LastUpdateTimestamp, Agent.ConnectedToAgentTimestamp
-- time: Queue.EnqueueTimestamp, TransferCompletedTimestamp
-- number: Queue.Duration, Agent.AgentInteractionDuration, Agent.AfterContactWorkDuration
-- exported_at: LastUpdateTimestamp
-- refuse: DisconnectTimestamp < InitiationTimestamp because it ends before it begins
-- refuse: "Agent.AgentInteractionDuration" < 0 because the conversation lasts less than no time
-- note: one JSON object a contact, whether a line, an array or one after another
-- note: queues stand for silos; the customer is known only where a flow sets the contact attribute customerId
-- note: a contact that asked for an agent and never reached one has failed

-- feed: interactions
select
    ContactId as interaction_id,
    "Attributes.customerId" as customer_id,
    coalesce("Queue.Name", 'No queue') as silo,
    "Agent.Username" as team,
    'get help' as stage,
    case Channel when 'VOICE' then 'Call' when 'CHAT' then 'Chat' else coalesce(Channel, 'Contact') end as touchpoint,
    case Channel when 'VOICE' then 'phone' else coalesce(lower(Channel), 'unknown') end as channel,
    case
        when "Queue.EnqueueTimestamp" is null and "Agent.ConnectedToAgentTimestamp" is null then 'digital'
        else 'human'
    end
        as mode,
    case when InitiationMethod in ('OUTBOUND', 'CALLBACK', 'API') then 'company' else 'customer' end as initiated_by,
    InitiationTimestamp as started_at,
    "Agent.ConnectedToAgentTimestamp" as answered_at,
    DisconnectTimestamp as resolved_at,
    "Queue.Duration" as wait_seconds,
    "Agent.AgentInteractionDuration" + coalesce("Agent.AfterContactWorkDuration", 0) as handle_seconds,
    case when TransferCompletedTimestamp is not null then 1 else 0 end as transfers,
    "Queue.EnqueueTimestamp" is not null and "Agent.ConnectedToAgentTimestamp" is null as failed,
    source_line,
from export
