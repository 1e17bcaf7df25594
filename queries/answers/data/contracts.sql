-- title: Contracts
-- question: Do the feeds keep what has been agreed about them?
-- grain: one row a rule, the broken ones first

select
    feed,
    kept,
    coalesce(nullif(sentence, ''), replace(says, '_', ' ')) as sentence,
    reach,
    rows,
    breaches,
    examples,
from contract_results
order by
    kept,
    breaches desc,
    feed
