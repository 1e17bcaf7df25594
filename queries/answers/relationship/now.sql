-- title: States now
-- question: In which state are the customers, since when, and what says so?
-- grain: state, because; the newest month
-- note: shares are of customers who have not lapsed; `year_ago` is the share of the state twelve months before

with

counted as (
    select
        month,
        state,
        because,
        sum(customers)::bigint as observations,
    from state_months
    where
        chosen($segments, segment)
        and state != 'lapsed'
    group by all
),

whole as (
    select
        month,
        sum(observations)::double as everybody,
    from counted
    group by all
),

shares as (
    select
        counted.month,
        counted.state,
        sum(counted.observations) / any_value(whole.everybody) as share,
    from counted
    join whole using (month)
    group by all
)

select
    counted.month,
    counted.state,
    counted.because,
    counted.observations,
    whole.everybody::bigint as everybody,
    counted.observations / whole.everybody as value,
    shares.share,
    earlier.share as year_ago,
    trends.verdict,
    trends.since,
from counted
join whole using (month)
join shares using (month, state)
left join shares as earlier
    on
        earlier.state = counted.state
        and earlier.month = counted.month - interval 12 months
left join trends
    on
        trends.indicator = counted.state
        and trends.silo = 'All silos'
where counted.month = (select max(month) from counted)
order by
    state_place(counted.state),
    counted.observations desc
