-- title: Customers by id
-- question: Which customers have an id that holds this text?
-- grain: one row a customer
-- note: with silos chosen, only customers whom one of them has dealt with

select
    customer_id,
    segment,
from customers
where
    contains(lower(customer_id), lower(trim($customer)))
    and (
        coalesce(len($silos), 0) = 0
        or customer_id in (
            select customer_id
            from contacts
            where
                customer_id is not null
                and chosen($silos, silo)
        )
    )
order by
    lower(customer_id) != lower(trim($customer)),
    customer_id
limit $rows
