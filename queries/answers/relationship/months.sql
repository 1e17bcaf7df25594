-- title: States over the months
-- question: How many customers are in which state, month by month?
-- grain: month, state
-- note: of customers who have not lapsed, as a share; lapsed ones are left out
-- note: the last two years

with

counted as (
    select
        month,
        state,
        sum(customers)::bigint as observations,
    from state_months
    where
        chosen($segments, segment)
        and state != 'lapsed'
    group by all
)

select
    month,
    state,
    observations,
    rate(observations::double, sum(observations) over (partition by month)) as value,
from counted
where month > (select max(month) from counted) - interval 24 months
order by
    month,
    state_place(state)
