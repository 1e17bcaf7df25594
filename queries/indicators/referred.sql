-- title: Referred
-- question: Of the customers who stay or buy, how many have brought someone in the quarter before?
-- unit: share
-- better: higher
-- lens: outcome
-- kind: outcome
-- feed: loyalty
-- note: only where the export holds referrals at all

with

moments as (
    select
        *,
        max(case when kind = 'referral' then occurred_at end) over (
            partition by customer_id
            order by occurred_at
            rows between unbounded preceding and current row
        ) as referred_at,
        max(one_if(kind = 'referral')) over (partition by source) as can_refer,
    from loyalty
)

select
    customer_id,
    occurred_at as observed_at,
    occurred_at as known_at,
    event_id as row_id,
    null as silo,
    null as stage,
    null as touchpoint,
    null as channel,
    null as mode,
    one_if(referred_at >= occurred_at - interval 91 days) as value,
    1 as weight,
from moments
where
    kind in ('renewal', 'purchase')
    and can_refer = 1
