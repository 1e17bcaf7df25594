-- title: Customers who buy without a contract, at each moment
-- grain: one row a moment and a customer who bought in the 52 weeks before it
-- note: of `people`, at `moments`; every column was known before its moment
-- note: one purchase a day counts; sums and counts stand as logarithms, because the first ones tell most

with

days as (
    select
        customer_id,
        date_trunc('day', occurred_at) as day,
        sum(amount) as amount,
    from loyalty
    semi join people using (customer_id)
    where kind = 'purchase'
    group by all
),

bought as (
    select
        moments.origin,
        days.customer_id,
        count(*) as purchases,
        min(days.day) as first_day,
        max(days.day) as last_day,
        sum(days.amount) filter (where days.day >= moments.origin - interval 52 weeks) as paid,
    from days
    join moments on days.day < moments.origin
    group by all
    having last_day >= moments.origin - interval 52 weeks
),

contacts_before as (
    select
        moments.origin,
        contacts.customer_id,
        count(*) as contacts,
    from contacts
    semi join people using (customer_id)
    join moments
        on
            contacts.started_at < moments.origin
            and contacts.started_at >= moments.origin - interval 52 weeks
    group by all
)

select
    bought.origin,
    bought.customer_id,
    ln(purchases) as frequency,
    ln(1 + date_diff('day', last_day, bought.origin)) as recency,
    ln(1 + date_diff('day', first_day, bought.origin)) as tenure,
    ln(1 + coalesce(paid, 0)::double) as value,
    ln(1 + coalesce(contacts, 0)) as contacts,
    sin(2 * pi() * dayofyear(bought.origin) / 365.25) as season_sine,
    cos(2 * pi() * dayofyear(bought.origin) / 365.25) as season_cosine,
    coalesce(paid, 0)::double as paid,
    segment,
from bought
left join contacts_before using (origin, customer_id)
left join (select customer_id, segment from customers) as known_customers using (customer_id)
