-- title: Overdue commitments
-- question: Which promised commitments are past their day and not done?
-- grain: one row a commitment
-- note: `$until` is today: a promise runs on the calendar, not on the data

select
    commitments.title as commitment,
    commitments.owner,
    commitments.silo,
    commitments.due,
    indicators.indicator,
    indicators.title,
    $until::date - commitments.due as days_late,
from commitments
left join indicators using (indicator)
where
    commitments.promised
    and within(commitments.due, null, $until::date)
    and chosen($silos, commitments.silo)
    and commitments.silo in (select silo from indicator_silos)
order by commitments.due
