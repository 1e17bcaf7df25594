-- title: Verdicts since the review
-- question: Of which commitments did the data say since the review date whether they worked?
-- grain: one row a commitment

select
    commitments.title as commitment,
    commitments.owner,
    commitments.silo,
    verdicts.word,
    verdicts.why,
    verdicts.told_on,
from verdicts
join commitments on commitments.id = verdicts.commitment
where
    verdicts.measure = 'indicator'
    and within(verdicts.told_on, $since::date, $until::date)
    and chosen($silos, commitments.silo)
    and commitments.silo in (select silo from indicator_silos)
order by verdicts.told_on desc
