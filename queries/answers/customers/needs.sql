-- title: The need most likely next
-- question: For which reason will this customer turn to us next, how likely, and how often has that been right?
-- grain: one row a reason, the likeliest first; one row without a reason where none can be told

select
    customer_needs.rank,
    customer_needs.reason,
    customer_needs.chance,
    customer_needs.of_next,
    customer_needs.base,
    customer_needs.any_need,
    needs_model.refusal,
    needs_model.horizon_weeks,
    needs_model.judged,
    needs_model.hit,
    needs_model.guess,
    needs_model.hit_three,
    needs_model.guess_three,
    needs_model.gain_low,
    needs_model.saved,
    needs_model.better,
from needs_model
left join customer_needs on customer_needs.customer_id = $customer
order by rank
