-- title: Loyalty events, in Bellwether's own layout
-- tool: Bellwether, its own plain layout
-- format: csv
-- recognise: event_id, customer_id, occurred_at, kind
-- required: event_id, customer_id, occurred_at, kind
-- optional: due_at, amount, currency, points, tier, reason
-- time: occurred_at, due_at
-- number: amount, points
-- exported_at: occurred_at
-- note: one row an event; the columns of the feed under its own names; moments as ISO 8601, in UTC unless they say otherwise
-- note: kind is join, purchase, renewal, upgrade, downgrade, redemption, referral, lapse or return

-- feed: loyalty
select
    event_id,
    customer_id,
    occurred_at,
    kind,
    due_at,
    amount,
    currency,
    points,
    tier,
    reason,
    source_line,
from export
