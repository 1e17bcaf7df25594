-- title: Customer accounts
-- tool: a CRM
-- format: csv
-- recognise: Account ID, Type, Segment, Service region, Customer since, Customer until
-- required: Account ID
-- zone: Europe/Amsterdam
-- time: Customer since, Customer until as %d-%m-%Y
-- code: Type as consumer / business
-- text: Segment, Service region, Product, Contract, First plan, Paperless
-- note: names and e-mail addresses of the export stay in the export

-- feed: customers
select
    "Account ID" as customer_id,
    "Type" as kind,
    Segment as segment,
    "Service region" as region,
    "Customer since" as joined_at,
    "Customer until" as left_at,
    map {
        'product': Product,
        'contract': Contract,
        'first plan': "First plan",
        'paperless': Paperless,
    } as attributes,
    source_line,
from export
