-- title: What manner did to loyalty
-- question: Where a silo became more efficient or more personal, did more of its customers stay?
-- grain: index; by ten points of it

select *
from manner_loyalty
