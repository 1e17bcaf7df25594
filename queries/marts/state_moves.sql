-- title: Moves between states
-- grain: one row a customer and a month at whose end the state is another one than at the end of the month before
-- month: moved_at
-- by: customer_id
-- note: `moved_in` is the first day of the month of the move; what moved and moved back inside a month is no move
-- note: touched_by is the silo of the last contact before the end of that month, if one was in the half year before
-- note: by_time: nothing happened, something only grew old (an answer, a warning) or stayed away
-- note: moves after the last month of `state_moments` have not happened; whoever reads this takes the months from there

with

spans as (
    select
        customer_states.customer_id,
        customer_states.state,
        customer_states.because,
        begun.month as month,
        ended.month as until_month,
    from customer_states
    join calendar as begun on begun.slot = epoch(customer_states.since)::bigint // 900
    left join calendar as ended on ended.slot = epoch(customer_states.until)::bigint // 900
),

-- A stretch that holds at no month's end is not seen.
at_ends as (
    select
        customer_id,
        month,
        state,
        because,
        lag(state) over in_time as before_state,
        lag(because) over in_time as before_because,
    from spans
    where
        until_month is null
        or until_month > month
    window in_time as (partition by customer_id order by month)
),

ends as (
    select
        month,
        timezone('UTC', timezone(company_zone(), month + interval 1 month))::timestamp as end_at,
    from (select distinct month from calendar)
),

moves as (
    select
        at_ends.*,
        ends.end_at,
    from at_ends
    join ends using (month)
    where before_state != state
),

touches as (
    select
        customer_id,
        started_at,
        silo,
    from contacts
    where
        customer_id is not null
        and silo is not null
)

select
    moves.customer_id,
    moves.month::timestamp as moved_at,
    moves.month as moved_in,
    moves.before_state,
    moves.state as after_state,
    moves.because,
    moves.because = 'no sign of life'
    or (moves.because = 'nothing tells' and moves.before_state not in ('silent', 'lapsed'))
    or (moves.because in ('said so', 'took more of us') and moves.before_state = 'at risk') as by_time,
    case when touches.started_at >= moves.end_at - interval 26 weeks then touches.silo end as touched_by,
from moves
asof left join touches
    on
        moves.customer_id = touches.customer_id
        and moves.end_at > touches.started_at
