-- title: What is open
-- question: How many failures are not put right yet, how old are they, and has somebody taken them on?
-- grain: one row
-- note: a failure that people have resolved on the page is open no longer, whatever the newest export says
-- note: customers who have left since are counted apart

with

known as (
    select
        open_failures.*,
        coalesce(recoveries.state, 'open') as state,
        recoveries.due,
    from open_failures
    left join recoveries using (failure)
    where
        chosen($silos, silo)
        and chosen($kinds, kind)
        and coalesce(recoveries.state != 'resolved', true)
)

select
    count(*) filter (where left_at is null) as open,
    count(*) filter (where left_at is null and beyond_standard) as beyond,
    count(*) filter (where left_at is null and state != 'assigned') as unassigned,
    count(*) filter (where left_at is null and state = 'open') as unseen,
    count(*) filter (where left_at is null and state = 'assigned' and due < as_of) as overdue,
    median(age_days) filter (where left_at is null) as median_age,
    max(age_days) filter (where left_at is null) as oldest_age,
    count(left_at) as gone,
    max(as_of) as as_of,
    epoch(recovery_standard())::bigint // 86400 as standard_days,
from known
