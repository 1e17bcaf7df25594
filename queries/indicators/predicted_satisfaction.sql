-- title: Predicted satisfaction
-- question: What would customers say of a contact, also those whom nobody asked or who did not answer?
-- unit: score
-- better: higher
-- lens: inside-out
-- kind: candidate
-- feed: interactions
-- note: the score expected of everyone, 0 to 100, foretold with what was known when the contact ended
-- note: each quarter is foretold by what was learned from answers known before it began, so none knows what came later
-- note: before some hundred answers were known nothing was foretold; a contact that is still open has no score

select
    customer_id,
    ended_at as observed_at,
    known_at,
    interaction_id as row_id,
    silo,
    stage,
    touchpoint,
    channel,
    mode,
    predicted as value,
    1 as weight,
from satisfaction
