-- title: Prompt recovery
-- question: When we have failed a customer, is it put right inside the standard?
-- unit: share
-- better: higher
-- lens: inside-out
-- kind: candidate
-- feed: interactions
-- note: a failure is a broken promise, a failed attempt or a reopened case; it is recovered when resolved within 7 days

with

failures as (
    select
        *,
        case
            when promised_at is not null and coalesce(resolved_at > promised_at, promised_at <= exported_at)
                then promised_at
            else started_at
        end as failed_at,
    from contacts
    where
        failed
        or reopened
        or (promised_at is not null and coalesce(resolved_at > promised_at, promised_at <= exported_at))
)

select
    customer_id,
    failed_at as observed_at,
    failed_at + interval 7 days as known_at,
    interaction_id as row_id,
    silo,
    stage,
    touchpoint,
    channel,
    mode,
    one_if(coalesce(case when failed then human_after_at end, resolved_at) <= failed_at + interval 7 days) as value,
    1 as weight,
from failures
where failed_at + interval 7 days <= exported_at or exported_at is null
