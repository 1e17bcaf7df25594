-- title: Failures, and whether the customer stayed
-- grain: one row a customer and a kind of failure: the first of that kind on record
-- note: customers with a contract when it happened; the first one only, so that nobody counts twice in a comparison
-- note: followed to the first lapse, or to the day up to which loyalty is on record
-- note: no rows where nobody is ever seen to leave

with

seen as (
    select max(seen_until) as seen_until
    from origins
),

first_of_kind as (
    select *
    from failures
    where
        customer_id is not null
        and kind != 'failed attempt'
    qualify row_number() over (partition by customer_id, kind order by failed_at, failure) = 1
),

lived as (
    select
        first_of_kind.failure,
        max_by(loyalty.kind, loyalty.occurred_at) filter (
            where loyalty.occurred_at <= first_of_kind.failed_at
        ) as standing,
        min(loyalty.occurred_at) filter (
            where
            loyalty.kind = 'lapse'
            and loyalty.occurred_at > first_of_kind.failed_at
        ) as left_at,
    from first_of_kind
    join loyalty using (customer_id)
    where loyalty.kind in ('join', 'renewal', 'return', 'lapse')
    group by first_of_kind.failure
)

select
    first_of_kind.customer_id,
    first_of_kind.kind,
    first_of_kind.failed_at,
    first_of_kind.recovered_at,
    lived.left_at,
    seen.seen_until,
from lived
join first_of_kind using (failure)
cross join seen
where
    coalesce(lived.standing != 'lapse', true)
    and first_of_kind.failed_at < seen.seen_until
    and exists (select 1 from loyalty where loyalty.kind = 'lapse')
order by
    first_of_kind.kind,
    first_of_kind.customer_id
