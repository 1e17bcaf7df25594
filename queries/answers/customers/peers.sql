-- title: People like them
-- question: Of those who once looked like this customer, how many stayed?
-- grain: one row

select
    customer_peers.observations,
    customer_peers.stayed as value,
    customer_peers.low,
    customer_peers.high,
    customer_peers.far,
    peers_model.origin,
    peers_model.closes,
    peers_model.stayed as usual,
    peers_model.refusal,
    outlook_model.basis,
from peers_model
left join customer_peers on customer_peers.customer_id = $customer
left join outlook_model on true
