-- title: Indifferent
-- question: How many customers are neither fond of us nor angry?
-- unit: share
-- better: lower
-- lens: outside-in
-- kind: candidate
-- feed: customers
-- note: of customers who have not lapsed; each is read every fourth week, a quarter of them each Monday
-- note: what makes a state stands in queries/marts/customer_states.sql, its thresholds in data/governance/state_rules.csv

select
    customer_states.customer_id,
    state_moments.moment as observed_at,
    state_moments.moment as known_at,
    customer_states.customer_id as row_id,
    null as silo,
    null as stage,
    null as touchpoint,
    null as channel,
    null as mode,
    one_if(customer_states.state = 'indifferent') as value,
    1 as weight,
from customer_states
join state_moments
    on
        state_moments.moment > customer_states.since
        and state_moments.moment <= coalesce(customer_states.until, timestamp '9999-01-01')
        and state_moments.turn = md5_number_lower(customer_states.customer_id) % 4
where
    state_moments.kind = 'week'
    and customer_states.state != 'lapsed'
