-- title: States at the end of each month
-- grain: month, segment, state, because
-- note: `month` is the first day of the month at whose end the customers were counted

select
    (state_moments.day - interval 1 month)::date as month,
    customers.segment,
    customer_states.state,
    customer_states.because,
    count(*)::bigint as customers,
from customer_states
join state_moments
    on
        state_moments.moment > customer_states.since
        and state_moments.moment <= coalesce(customer_states.until, timestamp '9999-01-01')
left join customers using (customer_id)
where state_moments.kind = 'month'
group by all
order by all
