-- title: What customers said, and what we did
-- grain: silo, customer
-- note: of the last 52 weeks of either; `intimacy_said` and `intimacy_done` are the indicators as they are defined

with

newest as (
    select least(
        (select max(observed_at) from intimacy_said where silo is not null),
        (select max(observed_at) from intimacy_done where silo is not null)
    ) as until_at,
),

said as (
    select
        silo,
        customer_id,
        sum(value * weight)::double as said,
        sum(weight)::double as said_times,
    from intimacy_said
    cross join newest
    where
        silo is not null
        and customer_id is not null
        and observed_at > until_at - interval 52 weeks
    group by all
),

done as (
    select
        silo,
        customer_id,
        sum(value * weight)::double as done,
        sum(weight)::double as done_times,
    from intimacy_done
    cross join newest
    where
        silo is not null
        and customer_id is not null
        and observed_at > until_at - interval 52 weeks
    group by all
)

select
    silo,
    customer_id,
    coalesce(said, 0) as said,
    coalesce(said_times, 0) as said_times,
    coalesce(done, 0) as done,
    coalesce(done_times, 0) as done_times,
from said
full join done using (silo, customer_id)
order by silo, customer_id
