-- title: Survey invitations
-- tool: Qualtrics, distribution history
-- format: csv
-- recognise: contactId, distributionId, status, responseId, sentAt, externalDataReference
-- required: contactId, distributionId, sentAt
-- time: sentAt, openedAt, responseStartedAt, responseCompletedAt
-- code: status as Success / Opened / SurveyStarted / SurveyFinished / HardBounce / SoftBounce / Failure
-- text: externalDataReference, silo, touchpoint, stage, channel, interaction_id
-- exported_at: sentAt
-- note: invitations that were answered come with the answers; this file adds those that were not

-- feed: surveys
select
    distributionId || ' ' || contactId as response_id,
    'nps' as item,
    externalDataReference as customer_id,
    interaction_id,
    silo,
    touchpoint,
    stage,
    channel,
    sentAt as asked_at,
    source_line,
from export
where status in ('Success', 'Opened', 'SurveyStarted')
