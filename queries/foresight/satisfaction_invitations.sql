-- title: Who was asked, and who answered
-- grain: one row an invitation whose outcome is settled
-- note: known_at is when it was answered, or when it was clear that no answer came

select
    customer_id,
    one_if(not is_wanted) as kind,
    one_if(answered_at is not null) as answered,
    said,
    coalesce(answered_at, asked_at + interval 14 days) as known_at,
from invitations
where
    customer_id is not null
    and is_known
