-- title: The outlook's model
-- question: From what does the outlook speak, and how far can it be trusted?
-- grain: one row; without a forecast `refusal` says why

select
    basis,
    nullif(refusal, '') as refusal,
    family,
    nullif(notes, '') as notes,
    horizon_weeks,
    (made_at - interval 1 day)::date as known_until,
    first_origin::date as first_origin,
    last_origin::date as last_origin,
    origins,
    customers,
    events,
    log_loss,
    log_loss_naive,
    1 - log_loss / nullif(log_loss_naive, 0) as skill,
    auc,
    ratio,
    ratio_lower,
    ratio_upper,
    slope,
    slope_lower,
    slope_upper,
from outlook_model
