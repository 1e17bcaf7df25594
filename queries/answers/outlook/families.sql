-- title: Ways of forecasting that were tried
-- question: Which way of forecasting did best on the past, and by how much?
-- grain: family

select
    outlook_families.family,
    outlook_families.family = outlook_model.family as is_chosen,
    outlook_families.origins,
    outlook_families.customers,
    1 - outlook_families.log_loss / nullif(outlook_families.log_loss_naive, 0) as skill,
    outlook_families.auc,
from outlook_families
cross join outlook_model
order by outlook_families.log_loss
