-- title: Indicators
-- question: Which indicators are there, and which of them have been measured?
-- grain: one row an indicator, the measured ones first
-- own: target

with

spans as (
    select
        indicator,
        min(week) as first_week,
        max(week) as last_week,
        sum(observations)::bigint as observations,
    from silo_weeks
    where silo = 'All silos'
    group by all
)

select
    indicators.indicator,
    indicators.title,
    indicators.question,
    indicators.unit,
    indicators.better,
    indicators.lens,
    indicators.kind,
    indicators.feed,
    indicators.notes,
    indicators.file,
    case
        when indicators.unit = 'money' then (select mode(currency) from loyalty where amount is not null)
    end as currency,
    standards.target,
    standards.promise,
    spans.first_week,
    spans.last_week,
    spans.last_week + 7 as until,
    spans.indicator is not null as measured,
from indicators
left join spans using (indicator)
left join standards using (indicator)
order by
    measured desc,
    list_position(['inside-out', 'outside-in', 'outcome', 'management'], indicators.lens),
    indicators.title
