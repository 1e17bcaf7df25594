-- title: What the loyalty feed holds
-- grain: one row
-- note: renewals or lapses with dates are contracts; purchases alone are none

select
    case
        when count(*) filter (where kind = 'lapse') > 0 then 'contracts'
        when count(*) filter (where kind = 'purchase') > 0 then 'purchases'
    end as basis,
    count(distinct customer_id) as customers,
    mode(currency) filter (where amount is not null) as currency,
from loyalty
