-- title: What if
-- question: If a leading indicator stood elsewhere in its range, how many would be expected to stay?
-- grain: indicator and point of its range
-- note: an association, read off past readings and past leaving; it does not say what moving the indicator would do
-- note: the interval is that of the difference from now

select
    what_if.indicator,
    indicators.title,
    indicators.unit,
    indicators.better,
    what_if.value,
    what_if.now,
    what_if.retained,
    what_if.lower,
    what_if.upper,
    what_if.retained_now,
    what_if.retained - what_if.retained_now as difference,
    round((what_if.retained - what_if.retained_now) * model.customers_now)::bigint as customers,
    round((what_if.lower - what_if.retained_now) * model.customers_now)::bigint as customers_low,
    round((what_if.upper - what_if.retained_now) * model.customers_now)::bigint as customers_high,
from outlook_what_if as what_if
join indicators using (indicator)
cross join (
    select sum(customers) as customers_now
    from outlook_groups
    where dimension = 'all'
) as model
order by
    indicators.title,
    what_if.value
