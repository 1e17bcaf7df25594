-- title: What the evidence stands on
-- question: From which history do forecasts and proofs speak?
-- grain: one row

select
    *,
    (select max(origins) from evidence) as origins,
    (select max(origins_apart) from evidence) as origins_apart,
    (select mean(baseline_auc) from evidence where gap = 0) as baseline_auc,
from evidence_basis
