-- title: Moves of the newest month
-- question: From which state to which did customers move?
-- grain: state before, state after

select
    month,
    before_state,
    after_state,
    sum(customers)::bigint as observations,
    state_place(after_state) < state_place(before_state) as is_better,
from state_movers
where before_state != after_state
group by all
order by observations desc
