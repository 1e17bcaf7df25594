-- title: Right after a digital failure
-- question: When the app or the web has let a customer down, does the next person put it right?
-- unit: share
-- better: higher
-- lens: inside-out
-- kind: candidate
-- feed: interactions
-- note: a human contact with a failed digital attempt of the same customer in the 7 days before

select
    customer_id,
    resolved_at as observed_at,
    resolved_at + interval 14 days as known_at,
    interaction_id as row_id,
    silo,
    stage,
    touchpoint,
    channel,
    mode,
    one_if(right_first_time) as value,
    1 as weight,
from contacts
left join horizons using (source)
where
    right_first_time is not null
    and resolved_at is not null
    and mode = 'human'
    and after_digital_failure
    and (resolved_at + interval 14 days <= known_until or known_until is null)
