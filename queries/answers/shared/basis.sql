-- title: Date basis
-- question: Up to which day do the data speak, and from when are the exports?
-- grain: one row

select
    (select max(week) + 6 from silo_weeks) as last_day,
    (select min(exported_at) from imports where state = 'taken in') as oldest_export,
    (select max(exported_at) from imports where state = 'taken in') as newest_export,
    (select count(*) from imports where state = 'taken in') as files,
