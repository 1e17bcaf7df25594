-- title: From one month's end to the next
-- grain: state before, state after, group of customers
-- note: the last twelve months; `group` is a fortieth of the customers, always the same, for intervals

with

months as (
    select
        moment,
        day as month,
    from state_moments
    where kind = 'month'
    order by moment desc
    offset 1
    limit 12
),

begun as (
    select
        customer_states.customer_id,
        customer_states.state,
        months.month,
    from customer_states
    join months
        on
            months.moment > customer_states.since
            and months.moment <= coalesce(customer_states.until, timestamp '9999-01-01')
)

select
    begun.state as before,
    coalesce(state_moves.after_state, begun.state) as after,
    1e0 as gap,
    (md5_number_lower(begun.customer_id) % 40)::integer as "group",
    count(*)::bigint as times,
from begun
left join state_moves
    on
        state_moves.customer_id = begun.customer_id
        and state_moves.moved_in = begun.month
group by all
order by all
