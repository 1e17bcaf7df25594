-- title: Service investment
-- question: Of what goes into development, how much goes to service, and what loyalty is at risk there?
-- grain: one row a silo, and "All silos"
-- own: service, development, share
-- note: the twelve newest months of spending; loyalty at risk is that of customers whom the silo dealt with last
-- note: amounts of the currency that most rows name; rows in another one are left out and counted

with

usual as (
    select mode(currency) as currency
    from investments
),

since as (
    select max(period) - interval 11 months as period
    from investments
),

spent as (
    select
        coalesce(investments.silo, 'No silo') as silo,
        investments.currency = usual.currency as counted,
        investments.purpose,
        investments.amount,
    from investments
    cross join usual
    cross join since
    where investments.period >= since.period
),

by_silo as (
    select
        coalesce(silo, 'All silos') as silo,
        coalesce(sum(amount) filter (where counted and purpose = 'service'), 0)::double as service,
        coalesce(sum(amount) filter (where counted), 0)::double as development,
        count(*) filter (where not counted) as left_out,
    from spent
    group by grouping sets ((silo), ())
)

select
    by_silo.silo,
    by_silo.service,
    by_silo.development,
    by_silo.service / nullif(by_silo.development, 0) as share,
    by_silo.left_out,
    usual.currency,
    outlook_groups.at_risk,
    outlook_groups.customers as observations,
    outlook_groups.value,
from by_silo
cross join usual
left join outlook_groups
    on
        outlook_groups.dimension = case when by_silo.silo = 'All silos' then 'all' else 'touched_by' end
        and outlook_groups.member = case when by_silo.silo = 'All silos' then 'all' else by_silo.silo end
where by_silo.development > 0
order by
    by_silo.silo = 'All silos',
    outlook_groups.at_risk desc nulls last
