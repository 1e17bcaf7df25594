-- title: Verdicts of one indicator
-- question: What does the grid say of the indicator in each silo, and who answers for it?
-- grain: silo

select
    silo,
    verdict,
    rule,
    since,
    drawn_verdict,
    drawn_rule,
    drawn_since,
    called,
    capability,
    target,
    owner,
    leader,
    now,
    low,
    high,
    observations_now as observations,
from trends
where indicator = $indicator
order by silo
