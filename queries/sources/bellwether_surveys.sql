-- title: Survey answers, in Bellwether's own layout
-- tool: Bellwether, its own plain layout
-- format: csv
-- recognise: response_id, item, score, answered_at
-- required: response_id, item
-- optional: customer_id, interaction_id, silo, touchpoint, stage, channel, asked_at, scale_min, scale_max
-- optional: scale_reversed, comment_id, weight
-- time: asked_at, answered_at
-- number: score, scale_min, scale_max, weight
-- flag: scale_reversed as true | yes | 1 / false | no | 0
-- exported_at: asked_at, answered_at
-- refuse: answered_at < asked_at because it was answered before it was asked
-- note: one row an answered item, or an invitation without answer (its score is empty); the columns of the feed
-- note: item is nps, csat, ces, understood, respected, valued, empathy, surprised, or the survey's own name for it
-- note: without scale_min and scale_max nps is 0 to 10, all others 1 to 5; moments as ISO 8601, in UTC unless they say otherwise

-- feed: surveys
select
    response_id,
    item,
    customer_id,
    interaction_id,
    silo,
    touchpoint,
    stage,
    channel,
    asked_at,
    answered_at,
    score,
    coalesce(scale_min, case when item = 'nps' then 0 else 1 end) as scale_min,
    coalesce(scale_max, case when item = 'nps' then 10 else 5 end) as scale_max,
    scale_reversed,
    comment_id,
    weight,
    source_line,
from export
