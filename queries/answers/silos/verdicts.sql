-- title: Verdicts of one indicator
-- question: What does the grid say of the indicator in each silo, and who answers for it?
-- grain: silo
-- own: target

select
    trends.silo,
    trends.verdict,
    trends.rule,
    trends.since,
    trends.drawn_verdict,
    trends.drawn_rule,
    trends.drawn_since,
    trends.called,
    trends.capability,
    standards.target,
    owners.owner,
    silos.leader,
    trends.now,
    trends.low,
    trends.high,
    trends.observations_now as observations,
from trends
left join standards using (indicator)
left join owners using (indicator, silo)
left join silos using (silo)
where trends.indicator = $indicator
order by trends.silo
