-- title: Olist customers
-- tool: Olist, Brazilian marketplace
-- format: csv
-- recognise: customer_id, customer_unique_id, customer_zip_code_prefix, customer_state
-- required: customer_id, customer_unique_id
-- text: customer_state, customer_city
-- fold: customer_unique_id
-- note: customer_id is one order's; the person is customer_unique_id, whose last row says where they live

-- feed: customers
select
    customer_unique_id as customer_id,
    'consumer' as kind,
    max_by(customer_state, source_line) as region,
    max(source_line) as source_line,
from export
group by customer_unique_id
