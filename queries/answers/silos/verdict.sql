-- title: The verdict on a trend
-- question: Is the change real, and will the standard be met as the process runs today?
-- grain: one row, or none where nothing was measured
-- own: target

select
    verdict,
    rule,
    since,
    capability,
    target,
    now,
    low,
    high,
    observations_now as observations,
    owner,
from trends
where
    indicator = $indicator
    and silo = coalesce($silo, 'All silos')
