-- title: Calibration of the outlook
-- question: Of those with a forecast risk of so much, how many really left?
-- grain: a tenth of all past forecasts, by their risk

select
    bin,
    forecasts,
    expected,
    observed,
    lower,
    upper,
from outlook_calibration
order by bin
