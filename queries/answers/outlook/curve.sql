-- title: Retention in the weeks ahead
-- question: How many of today's customers are still here after each week?
-- grain: week ahead

select
    outlook_curve.week,
    (outlook_model.made_at + to_days(7 * outlook_curve.week::integer))::date as day,
    outlook_curve.retained,
from outlook_curve
cross join outlook_model
order by outlook_curve.week
