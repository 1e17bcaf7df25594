-- title: Olist order items
-- tool: Olist, Brazilian marketplace
-- format: csv
-- recognise: order_id, order_item_id, product_id, seller_id, shipping_limit_date, freight_value
-- required: order_id, order_item_id, seller_id
-- zone: America/Sao_Paulo
-- time: shipping_limit_date as %Y-%m-%d %H:%M:%S
-- number: price, freight_value
-- exported_at: olist_orders.order_purchase_timestamp, olist_orders.order_delivered_customer_date
-- fold: order_id
-- beside: olist_orders, olist_customers
-- note: what one seller has to hand over for one order is one interaction; promised is the last of its items' limits
-- note: the parcel's hand-over to the carrier is known for the order as a whole
-- note: amounts stay out, since olist_payments says what was paid

-- feed: interactions
with

orders as (
    select
        olist_orders.*,
        olist_customers.customer_unique_id as person,
    from olist_orders
    left join olist_customers on olist_orders.customer_id = olist_customers.customer_id
    qualify row_number() over (partition by olist_orders.order_id order by olist_orders.source_line) = 1
),

parcels as (
    select
        order_id,
        seller_id,
        max(shipping_limit_date) as limit_at,
        min(source_line) as source_line,
    from export
    group by order_id, seller_id
)

select
    parcels.order_id || '-' || parcels.seller_id as interaction_id,
    orders.person as customer_id,
    'Sellers' as silo,
    parcels.seller_id as team,
    'use' as stage,
    'Dispatch' as touchpoint,
    'parcel' as channel,
    'human' as mode,
    'company' as initiated_by,
    coalesce(orders.order_approved_at, orders.order_purchase_timestamp) as started_at,
    case
        when orders.order_status <> 'canceled' or orders.order_delivered_carrier_date is not null
            then parcels.limit_at
    end as promised_at,
    orders.order_delivered_carrier_date as resolved_at,
    parcels.source_line,
from parcels
left join orders on parcels.order_id = orders.order_id
