-- title: The spread of an indicator over customers, and over the silos that each of them met
-- grain: one row a group of customers (fifty, drawn by lot), for the interval
-- note: over the rows in `observations`; what variance components are made from (foresight/nested.py)
-- note: a value is a customer's mean in a silo over a quarter: a repeat follows a bad contact, so values of one month lean
-- note: on each other, and would hide what lies between the silos

with

quarters as (
    select
        customer_id,
        silo,
        sum(value * weight) / sum(weight) as value,
    from observations
    where
        customer_id is not null
        and silo is not null
        and value is not null
        and weight > 0
    group by customer_id, silo, date_trunc('quarter', observed_at)
),

cells as (
    select
        customer_id,
        silo,
        count(*)::double as number,
        sum(value)::double as total,
        sum(value * value)::double as squares,
    from quarters
    group by all
),

people as (
    select
        customer_id,
        count(*) as cells,
        sum(number) as number,
        sum(total) as total,
        sum(squares) as squares,
        sum(total * total / number) as cell_squares,
        sum(number * number) as number_squares,
    from cells
    group by all
)

select
    hash(customer_id, 'drawn') % 50 as lot,
    count(*)::double as customers,
    sum(one_if(cells > 1))::double as customers_of_several,
    sum(cells)::double as cells,
    sum(number) as number,
    sum(total) as total,
    sum(squares) as squares,
    sum(cell_squares) as cell_squares,
    sum(total * total / number) as person_squares,
    sum(number_squares / number) as cells_in_person,
    sum(number * number) as person_numbers,
    sum(number_squares) as cell_numbers,
from people
group by all
order by lot
