-- title: Verdicts
-- question: What do the data say each commitment did?
-- grain: commitment and measure (its indicator, or loyalty)
-- note: before a verdict is due, the estimate is a look on the way and no verdict

select
    verdicts.commitment,
    verdicts.measure,
    verdicts.indicator,
    coalesce(indicators.title, verdicts.indicator, 'Loyalty') as title,
    verdicts.word,
    verdicts.why,
    verdicts.estimate,
    verdicts.lower,
    verdicts.upper,
    verdicts.unit,
    case
        when verdicts.unit = 'money' then (select mode(currency) from loyalty where amount is not null)
    end as currency,
    verdicts.expected,
    verdicts.better,
    verdicts.design,
    verdicts.comparison,
    verdicts.weeks_before,
    verdicts.weeks_after,
    verdicts.weeks_needed,
    verdicts.until,
    verdicts.told_on,
from verdicts
left join indicators using (indicator)
order by
    verdicts.commitment,
    verdicts.measure
