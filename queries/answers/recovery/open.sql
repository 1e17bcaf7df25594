-- title: Work list of open failures
-- question: Which failures are open, the oldest first, who has them, and how far is it?
-- grain: one row a failure
-- note: it belongs to whom it was assigned, else to the owner of prompt recovery in the silo, else to who leads it
-- note: customers who have left since are not on the list

select
    open_failures.failure,
    open_failures.kind,
    coalesce(open_failures.silo, 'No silo') as silo,
    open_failures.customer_id,
    customers.segment,
    local_time(open_failures.failed_at) as failed_at,
    open_failures.age_days,
    open_failures.band,
    open_failures.beyond_standard,
    open_failures.touchpoint,
    open_failures.channel,
    open_failures.reason,
    open_failures.row_id,
    coalesce(recoveries.state, 'open') as state,
    recoveries.assigned_to,
    coalesce(owners.owner, silos.leader) as belongs_to,
    recoveries.due,
    local_time(open_failures.exported_at) as exported_at,
from open_failures
left join customers using (customer_id)
left join recoveries using (failure)
left join owners
    on
        owners.indicator = 'recovery_prompt'
        and owners.silo = open_failures.silo
left join silos
    on silos.silo = open_failures.silo
where
    chosen($silos, open_failures.silo)
    and chosen($kinds, open_failures.kind)
    and open_failures.left_at is null
    and coalesce(recoveries.state != 'resolved', true)
order by
    open_failures.failed_at,
    open_failures.failure
limit $rows
