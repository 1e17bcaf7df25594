-- title: One customer, several silos
-- question: How much of an indicator's spread lies between the silos that one and the same customer met?
-- grain: one row an indicator, the least coherent first

select
    coherence.indicator,
    indicators.title,
    indicators.unit,
    coherence.customers as observations,
    coherence.several,
    coherence.silos,
    coherence.value,
    coherence.low,
    coherence.high,
    coherence.sampled_of,
from coherence
join indicators using (indicator)
order by
    coherence.value desc,
    indicators.title
