-- title: What the survey says and what everyone would say, by silo
-- question: How far does the survey flatter, and where?
-- grain: one row a silo, and one for all
-- note: scores from 0 (worst) to 100 (best) over the last 52 weeks; low and high are 95% limits
-- note: before is the survey, value what everyone would say

select
    silo,
    interactions,
    contacts,
    observations,
    case when observations >= 5 then answers end as answers,
    survey as before,
    survey_low,
    survey_high,
    seen,
    seen_low,
    seen_high,
    everyone as value,
    everyone_low as low,
    everyone_high as high,
    flatters,
    flatters_low,
    flatters_high,
    effective,
    off,
    inside,
    word,
    more_answers,
from satisfaction_silos
where silo is not null
order by
    silo != 'All silos',
    flatters desc nulls last,
    silo
