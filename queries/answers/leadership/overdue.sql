-- title: Overdue commitments
-- question: Which commitments were due before the data end and are not done?
-- grain: one row a commitment

select
    commitments.title as commitment,
    commitments.owner,
    commitments.silo,
    commitments.due,
    indicators.indicator,
    indicators.title,
    (select max(week) + 6 from silo_weeks) - commitments.due as days_late,
from commitments
left join indicators using (indicator)
where
    commitments.due <= (select max(week) + 6 from silo_weeks)
    and commitments.state not in ('done', 'dropped', 'withdrawn')
    and chosen($silos, commitments.silo)
    and commitments.silo in (select silo from indicator_silos)
order by commitments.due
