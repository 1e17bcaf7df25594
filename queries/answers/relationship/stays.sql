-- title: How long customers stay in a state
-- question: How long does a customer stay in a state, and does that hold over a quarter?
-- grain: state

select *
from state_stays
order by state_place(state)
