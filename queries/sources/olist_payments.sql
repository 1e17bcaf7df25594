-- title: Olist payments
-- tool: Olist, Brazilian marketplace
-- format: csv
-- recognise: order_id, payment_sequential, payment_type, payment_installments, payment_value
-- required: order_id, payment_value
-- number: payment_value, payment_installments
-- exported_at: olist_orders.order_purchase_timestamp, olist_orders.order_delivered_customer_date
-- fold: order_id
-- beside: olist_orders, olist_customers
-- note: a purchase is an order with the sum of its payments; freight is in it
-- note: an order that was cancelled or turned out unavailable is no purchase

-- feed: loyalty
with

orders as (
    select
        olist_orders.*,
        olist_customers.customer_unique_id as person,
    from olist_orders
    left join olist_customers on olist_orders.customer_id = olist_customers.customer_id
    qualify row_number() over (partition by olist_orders.order_id order by olist_orders.source_line) = 1
)

select
    export.order_id as event_id,
    any_value(orders.person) as customer_id,
    any_value(orders.order_purchase_timestamp) as occurred_at,
    'purchase' as kind,
    sum(export.payment_value) as amount,
    'BRL' as currency,
    min(export.source_line) as source_line,
from export
left join orders on export.order_id = orders.order_id
where coalesce(orders.order_status, 'unknown') not in ('canceled', 'unavailable')
group by export.order_id
