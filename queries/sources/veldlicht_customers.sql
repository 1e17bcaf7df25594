-- title: Veldlicht's customers
-- tool: the sample company's CRM
-- company: Veldlicht
-- every: week
-- format: csv
-- recognise: Account ID, Account name, Type, Segment, Service region, Customer since, Customer until, Contract
-- required: Account ID, Type, Customer since
-- zone: Europe/Amsterdam
-- time: Customer since, Customer until as %d-%m-%Y
-- code: Type as consumer / business / citizen
-- text: Product, First plan, Paperless
-- exported_at: Customer since, Customer until
-- refuse: "Customer until" < "Customer since" because the customer left before they came
-- note: names and addresses are left where they are: the feed knows a customer by the account's id alone

-- feed: customers
select
    "Account ID" as customer_id,
    Type as kind,
    Segment as segment,
    "Service region" as region,
    "Customer since" as joined_at,
    "Customer until" as left_at,
    map {
        'product': Product,
        'contract': Contract,
        'first plan': "First plan",
        'paperless': Paperless
    } as attributes,
    source_line,
from export
