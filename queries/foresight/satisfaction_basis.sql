-- title: What satisfaction can be learned from
-- grain: one row

select
    (select count(*) from interactions) as interactions,
    (select count(*) from surveys where score is not null) as answers,
    (select count(*) from invitations where is_wanted and said is not null and interaction_id is not null) as named,
    (select max(item) from invitations) as item,
    (select count(*) from invitations where answered_at is null and is_known) as unanswered,
