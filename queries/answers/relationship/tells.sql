-- title: What the exports tell of the relationship
-- question: Which parts of a state can be seen in these exports, and which can't?
-- grain: one row

select
    (select count(*) from state_moments where kind = 'month') as months,
    (select count(*) from customer_states) as states,
    (
        select count(*)
        from surveys
        where
            customer_id is not null
            and score is not null
    ) as answers,
    (select count(*) from loyalty where kind in ('lapse', 'purchase')) as loyalty_events,
    (select count(*) from contacts where customer_id is not null) as known_contacts,
    (select count(*) from contacts) as contacts,
    (select count(*) from contacts where recognised is not null) as recognisable,
    (select count(*) from interactions where cost is not null or handle_seconds is not null) as costed,
    coalesce((select max(value) from state_rules where rule = 'silent_days'), 182)::bigint as silent_days,
