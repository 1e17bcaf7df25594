-- title: Veldlicht's billing events
-- tool: a payment platform's event export, in the style of Stripe
-- company: Veldlicht
-- every: day
-- format: csv
-- recognise: id, Event (metadata), Created (UTC), Customer ID, Subscription ID, Amount, Current Period End (UTC)
-- required: id, Customer ID, Event (metadata), Created (UTC)
-- time: Created (UTC), Current Period End (UTC), Canceled At (UTC)
-- number: Amount
-- code: Event (metadata) as join / renewal / upgrade / downgrade / referral / lapse / return
-- text: Currency, Cancellation Reason, Tier (metadata)
-- exported_at: Created (UTC)
-- note: the end of the current period may lie ahead, so it does not say when the export was taken

-- feed: loyalty
select
    id as event_id,
    "Customer ID" as customer_id,
    "Created (UTC)" as occurred_at,
    "Event (metadata)" as kind,
    "Current Period End (UTC)" as due_at,
    Amount as amount,
    upper(Currency) as currency,
    "Tier (metadata)" as tier,
    "Cancellation Reason" as reason,
    source_line,
from export
