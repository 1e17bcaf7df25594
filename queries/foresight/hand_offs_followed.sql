-- title: Hand-offs between silos, and whether the customer stayed
-- grain: one row a customer and a pair of silos: the first on record; `is_first`: of all pairs
-- note: customers with a contract when it was known: 14 days after the last contact of the matter
-- note: a stated sample where there are very many customers

with

seen as (
    select max(seen_until) as seen_until
    from origins
),

firsts as (
    select
        customer_id,
        sent_by || ' > ' || taken_by as part,
        held,
        known_at,
        row_number() over (partition by customer_id order by known_at, row_id) = 1 as is_first,
    from hand_offs
    left join horizons using (source)
    where
        level = 'silos'
        and customer_id is not null
        and (known_at <= known_until or known_until is null)
        and in_sample(customer_id, (select count(*) from customers))
    qualify row_number() over (partition by customer_id, sent_by, taken_by order by known_at, row_id) = 1
)

select
    firsts.customer_id,
    firsts.part,
    firsts.is_first,
    case when held then 'held' else 'fell back or stalled' end as standing,
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
order by customer_id, part
