-- title: Subscription events
-- tool: a billing system in the manner of Stripe
-- format: csv
-- recognise: id, Event (metadata), Created (UTC), Customer ID, Subscription ID, Current Period End (UTC)
-- required: id, Event (metadata), Created (UTC), Customer ID
-- time: Created (UTC), Current Period End (UTC), Canceled At (UTC) as %Y-%m-%d %H:%M:%S
-- number: Amount
-- code: Event (metadata) as join / renewal / lapse / return / upgrade / downgrade / referral
-- text: Plan, Currency, Cancellation Reason, Tier (metadata)
-- exported_at: Created (UTC)

-- feed: loyalty
select
    id as event_id,
    "Customer ID" as customer_id,
    "Created (UTC)" as occurred_at,
    "Event (metadata)" as kind,
    "Current Period End (UTC)" as due_at,
    case when Amount > 0 then Amount end as amount,
    upper(Currency) as currency,
    "Tier (metadata)" as tier,
    "Cancellation Reason" as reason,
    source_line,
from export
