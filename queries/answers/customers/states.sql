-- title: One customer's states
-- question: How has this customer stood with us over time?
-- grain: one row a stretch of time in one state
-- note: a stretch that begins after the last moment at which states are read has not happened, and is left out

select
    local_time(since) as since,
    local_time(coalesce(until, (select max(moment) from state_moments))) as until,
    state,
    because,
from customer_states
where
    customer_id = $customer
    and since <= (select max(moment) from state_moments)
order by since
