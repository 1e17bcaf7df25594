-- title: The first person after a digital failure, and whether the customer stayed
-- grain: one row a customer: the first such contact on record
-- note: customers with a contract when it was known; known 14 days after the end of that contact
-- note: a stated sample where there are very many customers

with

seen as (
    select max(seen_until) as seen_until
    from origins
),

firsts as (
    select
        customer_id,
        silo,
        right_first_time,
        resolved_at + interval 14 days as known_at,
    from contacts
    left join horizons using (source)
    where
        mode = 'human'
        and after_digital_failure
        and right_first_time is not null
        and resolved_at is not null
        and (resolved_at + interval 14 days <= known_until or known_until is null)
        and in_sample(customer_id, (select count(*) from customers))
    qualify row_number() over (partition by customer_id order by resolved_at, interaction_id) = 1
)

select
    firsts.customer_id,
    firsts.silo as part,
    case when right_first_time then 'right first time' else 'not right first time' end as standing,
    known_at,
    spells.left_at,
    seen.seen_until,
from firsts
join spells
    on
        firsts.customer_id = spells.customer_id
        and firsts.known_at >= coalesce(spells.began_at, firsts.known_at)
        and firsts.known_at < coalesce(spells.left_at, firsts.known_at + interval 1 day)
cross join seen
where known_at < seen.seen_until
order by customer_id
