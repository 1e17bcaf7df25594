-- title: Interactions, in Bellwether's own layout
-- tool: Bellwether, its own plain layout
-- format: csv
-- recognise: interaction_id, silo, touchpoint, channel, started_at
-- required: interaction_id, silo, touchpoint, channel, started_at
-- optional: customer_id, team, stage, mode, initiated_by, reason, answered_at, promised_at, resolved_at, promise_kept
-- optional: wait_seconds, handle_seconds, transfers, reopened, first_time_right, recognised, failed, switching
-- optional: cost, currency, comment_id
-- time: started_at, answered_at, promised_at, resolved_at
-- number: wait_seconds, handle_seconds, transfers, cost
-- flag: reopened, first_time_right, recognised, failed, switching, promise_kept as true | yes | 1 / false | no | 0
-- exported_at: started_at, answered_at, resolved_at
-- refuse: resolved_at < started_at because it ends before it begins
-- note: one row a contact, case, visit or delivery; the columns of the feed under its own names
-- note: moments as ISO 8601, in UTC unless they say otherwise; yes and no as true and false; numbers with a point
-- note: only the five columns that recognise names must be there; all others may be missing

-- feed: interactions
select
    interaction_id,
    customer_id,
    silo,
    team,
    stage,
    touchpoint,
    channel,
    mode,
    initiated_by,
    reason,
    started_at,
    answered_at,
    promised_at,
    promise_kept,
    resolved_at,
    wait_seconds,
    handle_seconds,
    transfers,
    reopened,
    first_time_right,
    recognised,
    failed,
    switching,
    cost,
    currency,
    comment_id,
    source_line,
from export
