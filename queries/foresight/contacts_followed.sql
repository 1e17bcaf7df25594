-- title: Who began the contacts of half a year, and whether the customer stayed the next half year
-- grain: one row a moment and a customer with a contract then
-- note: moments lie half a year apart, so no half year counts twice
-- note: a stated sample where there are very many customers

with

seen as (
    select max(seen_until) as seen_until
    from origins
),

moments as (
    select
        unnest(
            generate_series(
                seen_until - interval 26 weeks,
                (select min(started_at) from contacts) + interval 26 weeks,
                interval '-26 weeks'
            )
        ) as known_at,
        seen_until,
    from seen
),

there as (
    select
        moments.known_at,
        moments.seen_until,
        spells.customer_id,
        spells.left_at,
    from spells
    join moments
        on
            moments.known_at >= coalesce(spells.began_at, moments.known_at)
            and moments.known_at < coalesce(spells.left_at, moments.known_at + interval 1 day)
    left join customers using (customer_id)
    where
        in_sample(spells.customer_id, (select count(*) from customers))
        and coalesce(customers.joined_at, timestamp '1900-01-01') < moments.known_at - interval 26 weeks
),

counted as (
    select
        there.known_at,
        there.customer_id,
        count(*) filter (where contacts.initiated_by = 'customer') as by_customer,
        count(*) filter (where contacts.initiated_by = 'company') as by_company,
        count(*) filter (where contacts.initiated_by = 'third_party') as by_third_party,
    from there
    join contacts
        on
            there.customer_id = contacts.customer_id
            and contacts.started_at >= there.known_at - interval 26 weeks
            and contacts.started_at < there.known_at
    group by all
)

select
    there.customer_id,
    there.known_at,
    there.left_at,
    there.seen_until,
    coalesce(by_customer, 0) as by_customer,
    coalesce(by_company, 0) as by_company,
    coalesce(by_third_party, 0) as by_third_party,
from there
left join counted using (known_at, customer_id)
order by known_at, customer_id
