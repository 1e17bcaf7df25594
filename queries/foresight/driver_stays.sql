-- title: Whether those who answered were still customers half a year later
-- grain: one row a response of a customer with a contract, whose half year is over
-- note: counted from the answer, so that nobody counts as loyal merely for having lived to be asked

with

seen as (
    select max(seen_until) as seen_until
    from origins
),

responses as (
    select
        source || '/' || response_id as response,
        any_value(customer_id) as customer_id,
        max(answered_at) as answered_at,
    from surveys
    cross join (select count(distinct response_id) as responses from surveys where score is not null) as sized
    where
        score is not null
        and answered_at is not null
        and hash(response_id) % greatest(1, sized.responses // 20000) = 0
    group by all
)

select
    responses.response,
    one_if(coalesce(spells.left_at >= responses.answered_at + interval 26 weeks, true)) * 100 as stays,
from responses
join spells
    on
        responses.customer_id = spells.customer_id
        and responses.answered_at >= coalesce(spells.began_at, responses.answered_at)
        and responses.answered_at < coalesce(spells.left_at, responses.answered_at + interval 1 day)
cross join seen
where responses.answered_at + interval 26 weeks <= seen.seen_until
order by responses.response
