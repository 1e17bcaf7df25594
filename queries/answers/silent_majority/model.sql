-- title: How satisfaction is foretold, and how well
-- question: What was learned from which answers, how far off is it, and what can it not tell?
-- grain: one row

select
    satisfaction_model.*,
    (select count(*) from contacts) as contacts,
    (select count(*) from invitations where is_known and is_wanted) as asked,
    (select count(*) from invitations where is_known and is_wanted and answered_at is not null) as replied,
from satisfaction_model
