-- title: Who pulls it apart
-- question: In which silo do customers fare better or worse than the same customers do elsewhere?
-- grain: one row a silo that customers met beside another

select
    silo,
    customers as observations,
    gap as value,
    gap_low as low,
    gap_high as high,
    word,
from coherence_silos
where indicator = $indicator
order by
    coherence_silos.gap,
    silo
