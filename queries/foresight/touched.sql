-- title: Who touched a customer last, and who failed them
-- grain: one row a moment and a customer with a contact in the half year before it
-- note: of `people`; a failure is a contact that was not right the first time, or a promise that was not kept

with

lately as (
    select
        moments.origin,
        contacts.customer_id,
        contacts.silo,
        contacts.started_at,
        coalesce(
            not contacts.right_first_time
            or contacts.promised_at < coalesce(contacts.resolved_at, moments.origin),
            false
        ) as failed_them,
    from contacts
    semi join people using (customer_id)
    join moments
        on
            contacts.started_at < moments.origin
            and contacts.started_at >= moments.origin - interval 26 weeks
    where contacts.silo is not null
)

select
    origin,
    customer_id,
    max_by(silo, started_at) as touched_by,
    max_by(silo, started_at) filter (where failed_them) as failed_by,
from lately
group by all
