-- title: What came before a move
-- grain: one row a customer and a month: who moved in it, and some who were in the same state and did not
-- note: what happened in the eight weeks before the month began; the last twelve months
-- note: who is at risk because of failures is left out: the failures are what the state is made of
-- note: at most 400 who moved and 1,600 who did not for each state before, state after and month, always the same ones

with

months as (
    select
        moment,
        day as month,
    from state_moments
    where kind = 'month'
    order by moment desc
    offset 1
    limit 12
),

begun as (
    select
        customer_states.customer_id,
        customer_states.state,
        months.month,
        months.moment,
    from customer_states
    join months
        on
            months.moment > customer_states.since
            and months.moment <= coalesce(customer_states.until, timestamp '9999-01-01')
    where customer_states.state != 'lapsed'
),

told as (
    select
        begun.*,
        coalesce(state_moves.after_state, begun.state) as after_state,
    from begun
    left join state_moves
    on
        state_moves.customer_id = begun.customer_id
        and state_moves.moved_in = begun.month
    where coalesce(state_moves.because, '') != 'failed again and again'
),

drawn as (
    select
        *,
        row_number() over (
            partition by month, state, after_state
            order by md5(customer_id || month::varchar), customer_id
        ) as place,
    from told
    where
        after_state in ('at risk', 'lapsed', 'advocate')
        or after_state = state
),

people_of as (
    select *
    from drawn
    where place <= case when after_state = state then 1600 else 400 end
),

touched as (
    select
        people_of.customer_id,
        people_of.month,
        count(*) as contacts,
        count(*) filter (where contacts.mode = 'digital' and contacts.failed) as failed_attempts,
        count(*) filter (where contacts.right_first_time = false and contacts.mode = 'human') as not_right,
        count(*) filter (where contacts.recognised = false) as not_recognised,
        count(*) filter (
            where
            contacts.wait_seconds > channel_standards.answer_seconds
            and contacts.initiated_by = 'customer'
        ) as waits,
    from people_of
    join contacts
        on
            contacts.customer_id = people_of.customer_id
            and contacts.started_at >= people_of.moment - interval 8 weeks
            and contacts.started_at < people_of.moment
    left join channel_standards using (channel)
    group by all
),

wronged as (
    select
        people_of.customer_id,
        people_of.month,
        count(*) filter (where failures.kind = 'broken promise') as broken_promises,
        count(*) filter (where failures.kind in ('reopened case', 'complaint')) as complaints,
    from people_of
    join failures
        on
            failures.customer_id = people_of.customer_id
            and failures.known_at >= people_of.moment - interval 8 weeks
            and failures.known_at < people_of.moment
    group by all
)

select
    people_of.customer_id,
    people_of.month::varchar || ' ' || people_of.state as stratum,
    people_of.state as before_state,
    people_of.after_state,
    coalesce(touched.contacts, 0) >= 1 as "in touch",
    coalesce(touched.contacts, 0) >= 3 as "in touch three times or more",
    coalesce(touched.failed_attempts, 0) >= 1 as "a digital attempt failed",
    coalesce(touched.waits, 0) >= 1 as "waited longer than the standard",
    coalesce(touched.not_recognised, 0) >= 1 as "was not recognised",
    coalesce(touched.not_right, 0) >= 1 as "was not helped the first time",
    coalesce(wronged.broken_promises, 0) >= 1 as "a promise was broken",
    coalesce(wronged.complaints, 0) >= 1 as "complained, or a case was reopened",
from people_of
left join touched using (customer_id, month)
left join wronged using (customer_id, month)
order by stratum, people_of.customer_id, people_of.after_state
