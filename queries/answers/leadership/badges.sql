-- title: Badges gained and lost
-- question: Which indicator has newly proven that it runs ahead, and which no longer does?
-- grain: one row a changed verdict

select
    badges.indicator,
    indicators.title,
    badges.was,
    badges.is_now,
    badges.was_leading,
    badges.is_leading,
    badges.changed_on,
from badges
join indicators using (indicator)
where
    (badges.was_leading or badges.is_leading)
    and within(badges.changed_on, $since::date, null)
order by
    badges.changed_on desc,
    indicators.title
