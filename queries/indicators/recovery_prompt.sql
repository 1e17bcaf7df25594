-- title: Prompt recovery
-- question: When we have failed a customer, is it put right inside the standard?
-- unit: share
-- better: higher
-- lens: inside-out
-- kind: candidate
-- feed: interactions
-- note: a failure is a broken promise, a failed attempt or a reopened case; it is recovered when resolved within 7 days
-- note: complaints and detractors' answers are followed on the Recovery page, and not counted here

select
    customer_id,
    failed_at as observed_at,
    failed_at + recovery_standard() as known_at,
    row_id,
    silo,
    stage,
    touchpoint,
    channel,
    mode,
    one_if(recovered_at <= failed_at + recovery_standard()) as value,
    1 as weight,
from failures
where
    kind in ('broken promise', 'failed attempt', 'reopened case')
    and (failed_at + recovery_standard() <= exported_at or exported_at is null)
