-- title: Customers by id
-- question: Which customers have an id that holds this text?
-- grain: one row a customer
-- note: with silos chosen, only customers whom one of them has dealt with; silo is the one that did so last

with

alike as (
    select
        customer_id,
        segment,
    from customers
    where contains(lower(customer_id), lower(trim($part)))
),

mine as (
    select
        customer_id,
        max_by(silo, started_at) as silo,
    from contacts
    semi join alike using (customer_id)
    where chosen($silos, silo)
    group by all
)

select
    alike.customer_id,
    mine.silo,
    alike.segment,
from alike
left join mine using (customer_id)
where
    mine.silo is not null
    or coalesce(len($silos), 0) = 0
order by
    lower(alike.customer_id) != lower(trim($part)),
    alike.customer_id
limit $rows
