-- title: Qualtrics invitations
-- tool: Qualtrics, distribution history as CSV
-- format: csv
-- recognise: contactId, distributionId, status, surveyLink, responseId, responseCompletedAt, sentAt, openedAt
-- required: contactId, sentAt
-- optional: externalDataReference, survey, silo, touchpoint, stage, channel, interaction_id
-- time: sentAt, openedAt, responseStartedAt, responseCompletedAt
-- exported_at: sentAt, openedAt, responseStartedAt, responseCompletedAt
-- refuse: responseCompletedAt < sentAt because it was answered before it was sent
-- note: only invitations without an answer fill the feed: the answered ones stand in the responses
-- note: a relationship survey begins with nps, one after a contact with csat, so their unanswered items are named so

-- feed: surveys
select
    contactId as response_id,
    case survey when 'relationship' then 'nps' else 'csat' end as item,
    externalDataReference as customer_id,
    interaction_id,
    silo,
    touchpoint,
    stage,
    channel,
    sentAt as asked_at,
    source_line,
from export
where responseId is null
