-- title: What a commitment did to loyalty
-- question: Which commitments have a verdict on loyalty, and what did they change?
-- grain: one row a commitment that has a figure on loyalty
-- note: estimate, lower and upper are points of the share that stays over a quarter

select
    commitments.id as commitment,
    commitments.title,
    verdicts.word,
    verdicts.estimate,
    verdicts.lower,
    verdicts.upper,
from verdicts
join commitments on commitments.id = verdicts.commitment
where
    verdicts.measure = 'loyalty'
    and verdicts.estimate is not null
    and verdicts.lower is not null
order by commitments.title
