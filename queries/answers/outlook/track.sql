-- title: Past outlooks
-- question: What was said before, and what happened?
-- grain: one row a past outlook of all customers, of one kind
-- note: published ones stand as they were said; a backtest says what would have been said, from what was known then

select
    kind,
    origin::date as origin,
    closes::date as closes,
    customers as observations,
    retained as now,
    lower as low,
    upper as high,
    happened as value,
    inside,
from outlook_track
order by
    kind desc,
    origin
