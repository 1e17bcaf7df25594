-- title: Spells as a customer
-- grain: one row a spell: from becoming a customer with a contract until leaving
-- note: the first spell has no beginning, as what came before the record began is not known; a running one has no end
-- note: no rows where nobody is ever seen to leave

with

numbered as (
    select
        customer_id,
        occurred_at,
        kind,
        coalesce(
            sum(one_if(kind = 'lapse')) over (
                partition by customer_id
                order by occurred_at, event_id
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as lapses_before,
    from loyalty
    where
        kind in ('join', 'renewal', 'return', 'lapse')
        and (select count(*) > 0 from loyalty where loyalty.kind = 'lapse')
)

select
    customer_id,
    case when lapses_before > 0 then min(occurred_at) end as began_at,
    max(occurred_at) filter (where kind = 'lapse') as left_at,
from numbered
group by
    customer_id,
    lapses_before
