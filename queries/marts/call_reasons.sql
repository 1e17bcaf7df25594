-- title: What a caller can speak about
-- grain: one row a customer and a reason to call them, each reason once with its newest occasion
-- note: all of it has happened, or falls due, as the exports say; no reason of a forecast is here
-- note: order of `rank`: what hurts most comes first; what is still open stands in open_failures, and before all these
-- note: said is 0 to 100; happened_at of a contract is the day on which it falls due

with

now as (
    select max(known_until) as as_of
    from horizons
),

rules as (
    select coalesce(max(value) filter (where rule = 'switching_days'), 91)::integer as switching_days
    from state_rules
),

talked as (
    select
        customer_id,
        1 as rank,
        'talked of leaving' as what,
        max_by(silo, started_at) as about,
        max(started_at) as happened_at,
    from contacts
    cross join now
    cross join rules
    where
        switching
        and started_at >= as_of - to_days(switching_days)
    group by all
),

said as (
    select
        customer_id,
        arg_max(coalesce(touchpoint, silo), answered_at) as about,
        arg_max(said, answered_at) as said,
        max(answered_at) as answered_at,
    from invitations
    cross join now
    where
        said is not null
        and answered_at >= as_of - interval 13 weeks
    group by all
),

let_down as (
    select
        failures.customer_id,
        3 as rank,
        max_by(kind, failed_at) as what,
        max_by(silo, failed_at) as about,
        max(failed_at) as happened_at,
    from failures
    cross join now
    where
        kind in ('broken promise', 'reopened case', 'complaint')
        and recovered_at is not null
        and failed_at >= as_of - interval 13 weeks
    group by all
),

stuck as (
    select
        failures.customer_id,
        4 as rank,
        'got stuck online' as what,
        max_by(touchpoint, failed_at) as about,
        max(failed_at) as happened_at,
    from failures
    cross join now
    where
        kind = 'failed attempt'
        and mode = 'digital'
        and recovered_at is null
        and failed_at >= as_of - interval 4 weeks
    group by all
),

stepped_down as (
    select
        customer_id,
        5 as rank,
        'took less of us' as what,
        max(occurred_at) as happened_at,
    from loyalty
    cross join now
    where
        kind = 'downgrade'
        and occurred_at >= as_of - interval 26 weeks
    group by all
),

terms as (
    select
        customer_id,
        max(due_at, 2) as last_dues,
    from loyalty
    where kind = 'renewal'
    group by all
),

due as (
    select
        customer_id,
        6 as rank,
        'contract falls due' as what,
        next_due(last_dues) as happened_at,
    from terms
    cross join now
    where
        -- Who renews every month or quarter is always about to; that is no occasion.
        next_due(last_dues) - last_dues[1] > interval 180 days
        and next_due(last_dues) between as_of and as_of + interval 13 weeks
),

silent as (
    select
        customer_id,
        7 as rank,
        'no sign of life' as what,
        max(sign_at) as happened_at,
    from (
        select
            customer_id,
            started_at as sign_at,
        from contacts
        where coalesce(initiated_by, 'customer') = 'customer'
        union all
        select
            customer_id,
            answered_at as sign_at,
        from invitations
        where answered_at is not null
    )
    semi join (
        select customer_id
        from customer_states
        where
            state = 'silent'
            and since <= (select max(moment) from state_moments)
            and coalesce(until > (select max(moment) from state_moments), true)
    ) as quiet using (customer_id)
    group by all
    -- Whoever turned to us since the month's end is silent no more.
    having max(sign_at) <= (select max(moment) from state_moments)
)

from talked
union all by name
select
    customer_id,
    2 as rank,
    'low answer' as what,
    about,
    answered_at as happened_at,
    said,
from said
where said < 50
union all by name
from let_down
union all by name
from stuck
union all by name
from stepped_down
union all by name
from due
union all by name
from silent
