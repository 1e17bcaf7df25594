-- title: Why a customer's outlook is what it is
-- question: What raises and what lowers the chance that they leave?
-- grain: one row a reason, the strongest first
-- note: times is a factor on the risk: above 1 raises it; reasons of the forecast, no causes

select
    rank,
    feature,
    exp(contribution) as times,
from outlook_reasons
where
    customer_id = $customer
    and feature not in ('base', 'everything else')
    and rank > 0
order by rank
limit 5
