-- title: The evidence
-- question: Does the indicator run ahead of loyalty, by how long, and how sure is that?
-- grain: indicator and gap in weeks
-- note: skill is what the readings of late, less the customer's own mean, take off a model's log-loss; it knows the past

select
    evidence.indicator,
    indicators.title,
    evidence.gap,
    evidence.within as skill,
    evidence.lower,
    evidence.upper,
    evidence.q,
    evidence.share_positive,
    evidence.share_agreeing,
    evidence.passes,
    evidence.between as sorting,
    evidence.between_lower as sorting_lower,
    evidence.between_upper as sorting_upper,
    evidence.presence,
    evidence.baseline_auc,
    evidence.delta_auc,
    evidence.naive_correlation,
    evidence.placebo_rate,
    evidence.placebos,
    evidence.origins,
    evidence.origins_apart,
    evidence.customers,
    evidence.events,
    evidence.speaks_for,
    evidence.verdict,
    evidence.lead_weeks,
    evidence.missing,
from evidence
join indicators using (indicator)
order by
    evidence.lead_weeks desc nulls last,
    indicators.title,
    evidence.gap
