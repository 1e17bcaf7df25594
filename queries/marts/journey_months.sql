-- title: Contacts by month
-- grain: month, stage, silo, mode, who began it
-- note: every contact counts, whoever it was with; month by the company's clocks

select
    calendar.month,
    stage,
    silo,
    mode,
    initiated_by,
    count(*)::bigint as observations,
from contacts
join calendar on calendar.slot = epoch(contacts.started_at)::bigint // 900
group by all
