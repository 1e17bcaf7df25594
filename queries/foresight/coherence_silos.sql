-- title: Each silo against what the same customers met elsewhere
-- grain: one row a silo
-- note: over the rows in `observations`; each customer counts once, with the mean here less the mean in all other silos

with

cells as (
    select
        customer_id,
        silo,
        count(*)::double as number,
        sum(value)::double as total,
    from observations
    where
        customer_id is not null
        and silo is not null
        and value is not null
        and weight > 0
    group by all
),

both_sides as (
    select
        silo,
        total / number as here,
        sum(total) over of_customer - total as total_elsewhere,
        sum(number) over of_customer - number as number_elsewhere,
    from cells
    window of_customer as (partition by customer_id)
)

select
    silo,
    count(*) as customers,
    avg(here) as here,
    avg(total_elsewhere / number_elsewhere) as elsewhere,
    avg(here - total_elsewhere / number_elsewhere) as gap,
    stddev_samp(here - total_elsewhere / number_elsewhere) as spread,
from both_sides
where number_elsewhere > 0
group by silo
order by silo
