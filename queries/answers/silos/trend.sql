-- title: A trend, with its limits and special causes
-- question: How did one indicator run in one silo, and which weeks are beyond its usual variation?
-- grain: week

select
    week,
    value,
    observations,
    people_at_least,
    centre,
    lower,
    upper,
    outside,
    shift,
    trend,
    two_of_three,
    special,
from trend_points
where
    indicator = $indicator
    and silo = coalesce($silo, 'All silos')
order by week
