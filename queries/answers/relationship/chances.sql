-- title: Where customers go
-- question: Who is in a state today: where will they be in a month, or in a quarter?
-- grain: months ahead, state before, state after

select
    months,
    before,
    after,
    value,
    low,
    high,
    case
        when before = after then 'stays'
        when state_place(after) < state_place(before) then 'better'
        else 'worse'
    end as direction,
from state_chances
order by
    months,
    state_place(before),
    state_place(after)
