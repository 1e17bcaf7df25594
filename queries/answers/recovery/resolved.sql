-- title: Resolved by people
-- question: Which failures have people resolved, how, and do the exports agree?
-- grain: one row a failure, the newest first

select
    recoveries.failure,
    coalesce(failures.kind, split_part(recoveries.failure, '/', 1)) as kind,
    failures.silo,
    failures.customer_id,
    local_time(failures.failed_at) as failed_at,
    recoveries.outcome,
    recoveries.resolved_by,
    recoveries.resolved_on,
    failures.recovered_at is not null as shown_in_data,
from recoveries
left join failures using (failure)
where
    recoveries.state = 'resolved'
    and chosen($silos, failures.silo)
    and chosen($kinds, kind)
order by
    recoveries.resolved_on desc,
    recoveries.failure
limit $rows
