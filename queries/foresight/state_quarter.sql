-- title: Where customers were a quarter ago, and where they are
-- grain: state before, state after
-- note: three months' ends apart; what the monthly chances are held against

with

ends as (
    select
        moment,
        row_number() over (order by moment desc) as place,
    from state_moments
    where kind = 'month'
),

held as (
    select
        customer_states.customer_id,
        customer_states.state,
        ends.place,
    from customer_states
    join ends
        on
            ends.moment > customer_states.since
            and ends.moment <= coalesce(customer_states.until, timestamp '9999-01-01')
    where ends.place in (1, 4)
)

select
    earlier.state as before,
    later.state as after,
    count(*)::bigint as times,
from held as earlier
join held as later using (customer_id)
where
    earlier.place = 4
    and later.place = 1
group by all
order by all
