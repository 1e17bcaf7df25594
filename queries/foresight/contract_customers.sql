-- title: Customers with a contract, at each moment
-- grain: one row a moment and a customer whose contract runs then
-- note: of `people`, at `moments`; every column was known before its moment
-- note: sums and counts stand as logarithms of one more, because the first ones tell most

with

known as (
    select
        moments.origin,
        loyalty.customer_id,
        loyalty.kind,
        loyalty.occurred_at,
        loyalty.due_at,
        loyalty.amount,
        loyalty.occurred_at >= moments.origin - interval 52 weeks as is_recent,
    from loyalty
    semi join people using (customer_id)
    join moments on loyalty.occurred_at < moments.origin
),

contracts as (
    select
        origin,
        customer_id,
        max_by(kind, occurred_at) filter (where kind in ('join', 'renewal', 'return', 'lapse')) as standing,
        min(occurred_at) as since,
        count(*) filter (where kind = 'renewal') as renewals,
        max(due_at, 2) filter (where kind = 'renewal') as last_dues,
        sum(amount) filter (where kind = 'renewal' and is_recent) as paid,
        count(*) filter (where kind = 'lapse') as lapses,
        count(*) filter (where kind = 'upgrade' and is_recent) as upgrades,
        count(*) filter (where kind = 'downgrade' and is_recent) as downgrades,
    from known
    group by all
    having standing != 'lapse'
),

contacts_before as (
    select
        moments.origin,
        contacts.customer_id,
        count(*) as contacts,
        count(*) filter (where contacts.started_at >= moments.origin - interval 13 weeks) as contacts_lately,
        max(contacts.started_at) as last_contact,
    from contacts
    semi join people using (customer_id)
    join moments
        on
            contacts.started_at < moments.origin
            and contacts.started_at >= moments.origin - interval 52 weeks
    group by all
),

terms as (
    select
        *,
        least(since, joined_at) as customer_since,
        next_due(last_dues) as next_due,
    from contracts
    left join (select customer_id, joined_at, segment from customers) as known_customers using (customer_id)
)

select
    terms.origin,
    terms.customer_id,
    ln(1 + coalesce(contacts, 0)) as frequency,
    ln(1 + coalesce(contacts_lately, 0)) as frequency_lately,
    ln(1 + date_diff('day', last_contact, terms.origin)) as recency,
    ln(1 + greatest(date_diff('day', customer_since, terms.origin), 0)) as tenure,
    ln(1 + coalesce(paid, 0)::double) as value,
    ln(1 + renewals) as renewals,
    lapses as lapses_before,
    upgrades,
    downgrades,
    one_if(next_due > terms.origin and next_due <= terms.origin + interval 13 weeks) as due_soon,
    one_if(date_diff('day', last_dues[2], last_dues[1]) > 180) as long_term,
    sin(2 * pi() * dayofyear(terms.origin) / 365.25) as season_sine,
    cos(2 * pi() * dayofyear(terms.origin) / 365.25) as season_cosine,
    coalesce(paid, 0)::double as paid,
    case when next_due > terms.origin then date_diff('day', terms.origin, next_due) // 7 + 1 end as due_week,
    segment,
from terms
left join contacts_before using (origin, customer_id)
