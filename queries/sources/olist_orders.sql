-- title: Olist orders
-- tool: Olist, Brazilian marketplace
-- format: csv
-- recognise: order_id, customer_id, order_status, order_purchase_timestamp, order_estimated_delivery_date
-- required: order_id, customer_id, order_purchase_timestamp
-- zone: America/Sao_Paulo
-- time: order_purchase_timestamp, order_approved_at, order_delivered_carrier_date as %Y-%m-%d %H:%M:%S
-- time: order_delivered_customer_date as %Y-%m-%d %H:%M:%S
-- due: order_estimated_delivery_date as %Y-%m-%d %H:%M:%S
-- code: order_status as created / approved / invoiced / processing / shipped / delivered / canceled / unavailable
-- exported_at: order_purchase_timestamp, order_approved_at, order_delivered_carrier_date, order_delivered_customer_date
-- beside: olist_customers
-- note: an order is two interactions: its payment is approved, and it is delivered by the day that the customer was told
-- note: the estimate names a day, so a parcel that comes in the evening of that day, in Brazil, has come in time
-- note: a cancelled order promises nothing any more; one that turned out unavailable does

-- feed: interactions
with

buyers as (
    select
        customer_id,
        any_value(customer_unique_id) as person,
    from olist_customers
    group by customer_id
)

select
    order_id || '-delivery' as interaction_id,
    buyers.person as customer_id,
    'Delivery' as silo,
    'use' as stage,
    'Parcel' as touchpoint,
    'parcel' as channel,
    'human' as mode,
    'company' as initiated_by,
    order_purchase_timestamp as started_at,
    case when order_status <> 'canceled' then order_estimated_delivery_date end as promised_at,
    order_delivered_customer_date as resolved_at,
    order_status in ('canceled', 'unavailable') as failed,
    source_line,
from export
left join buyers on export.customer_id = buyers.customer_id

-- feed: interactions
with

buyers as (
    select
        customer_id,
        any_value(customer_unique_id) as person,
    from olist_customers
    group by customer_id
)

select
    order_id || '-approval' as interaction_id,
    buyers.person as customer_id,
    'Payments' as silo,
    'join' as stage,
    'Approval of payment' as touchpoint,
    'web' as channel,
    'digital' as mode,
    'customer' as initiated_by,
    order_purchase_timestamp as started_at,
    order_approved_at as answered_at,
    order_approved_at as resolved_at,
    order_status = 'canceled' and order_approved_at is null as failed,
    source_line,
from export
left join buyers on export.customer_id = buyers.customer_id
