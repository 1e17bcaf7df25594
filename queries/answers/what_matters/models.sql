-- title: What was weighed
-- question: Which outcomes can be held against which drivers, on how many rows, and how much do they explain?
-- grain: one row a model: satisfaction or loyalty, by items or by operations

select *
from driver_models
order by
    list_position(['satisfaction', 'loyalty'], about),
    kind
