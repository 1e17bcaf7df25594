-- title: Olist reviews
-- tool: Olist, Brazilian marketplace
-- format: csv
-- recognise: review_id, order_id, review_score, review_creation_date, review_answer_timestamp
-- required: review_id, order_id, review_score
-- zone: America/Sao_Paulo
-- time: review_creation_date, review_answer_timestamp as %Y-%m-%d %H:%M:%S
-- code: review_score as 1 / 2 / 3 / 4 / 5
-- text: review_comment_title, review_comment_message
-- exported_at: review_creation_date, review_answer_timestamp
-- beside: olist_orders, olist_customers
-- note: one question about the whole purchase, 1 to 5, asked when the parcel has come or was due; so no one silo's
-- note: some reviews answer for several orders: each order has its row

-- feed: surveys
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
    export.review_id || '-' || export.order_id as response_id,
    'csat' as item,
    orders.person as customer_id,
    export.order_id || '-delivery' as interaction_id,
    'Marketplace' as silo,
    'Review' as touchpoint,
    'use' as stage,
    'email' as channel,
    export.review_creation_date as asked_at,
    export.review_answer_timestamp as answered_at,
    export.review_score::integer as score,
    1 as scale_min,
    5 as scale_max,
    case
        when coalesce(export.review_comment_title, export.review_comment_message) is not null
            then export.review_id || '-' || export.order_id
    end as comment_id,
    export.source_line,
from export
left join orders on export.order_id = orders.order_id

-- feed: comments
select
    review_id || '-' || order_id as comment_id,
    concat_ws(chr(10), review_comment_title, review_comment_message) as text,
    'pt' as language,
    source_line,
from export
where coalesce(review_comment_title, review_comment_message) is not null
