-- title: Movers of the newest month
-- grain: silo of the last contact, state before, state after
-- note: everybody who was a customer when the month began, whether they moved or not
-- note: the silo is that of the last contact before the month's end, if there was one in the half year before it

with

ends as (
    select
        moment,
        day,
        row_number() over (order by moment desc) as place,
    from state_moments
    where kind = 'month'
),

month as (
    select
        max(moment) filter (where place = 1) as ends_at,
        max(moment) filter (where place = 2) as begins_at,
        max(day) filter (where place = 2) as month,
    from ends
    having max(place) > 1
),

begun as (
    select
        customer_states.customer_id,
        customer_states.state,
        month.month,
        month.ends_at,
    from customer_states
    join month
        on
            month.begins_at > customer_states.since
            and month.begins_at <= coalesce(customer_states.until, timestamp '9999-01-01')
    where customer_states.state != 'lapsed'
),

touches as (
    select
        contacts.customer_id,
        max_by(contacts.silo, contacts.started_at) as silo,
    from contacts
    cross join month
    where
        contacts.customer_id is not null
        and contacts.silo is not null
        and contacts.started_at < month.ends_at
        and contacts.started_at >= month.ends_at - interval 26 weeks
    group by contacts.customer_id
)

select
    begun.month,
    coalesce(touches.silo, 'Nobody') as silo,
    begun.state as before_state,
    coalesce(state_moves.after_state, begun.state) as after_state,
    coalesce(state_moves.by_time, false) as by_time,
    count(*)::bigint as customers,
from begun
left join touches using (customer_id)
left join state_moves
    on
        state_moves.customer_id = begun.customer_id
        and state_moves.moved_in = begun.month
group by all
order by all
