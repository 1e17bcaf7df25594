-- title: Whether there is an outlook
-- question: Can it be told who will stay?
-- grain: one row

select
    basis,
    refusal,
    currency,
    horizon_weeks,
    made_at,
from outlook_model
