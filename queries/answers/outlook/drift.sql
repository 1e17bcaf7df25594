-- title: Drift of the outlook
-- question: Does the forecast get worse as the model grows old?
-- grain: weeks since the model was fitted, in bands of a quarter

select
    weeks_since_fit,
    forecasts,
    events,
    expected,
    ratio,
    ratio_lower,
    ratio_upper,
    slope,
    slope_lower,
    slope_upper,
from outlook_drift
order by weeks_since_fit
