-- title: Trends
-- grain: indicator, silo
-- note: the verdict of the process-behaviour chart, what the grid calls a change, who answers, and what was agreed

select
    verdicts.*,
    standards.target,
    owners.owner,
    silos.leader,
from trend_verdicts as verdicts
left join standards using (indicator)
left join owners using (indicator, silo)
left join silos using (silo)
