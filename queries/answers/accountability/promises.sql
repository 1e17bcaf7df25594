-- title: Promises by silo
-- question: Which silos promise customers a moment, which keep it, and which promise nothing?
-- grain: silo, the one that keeps fewest first; a silo that promises nothing has no share
-- note: over the last 52 full weeks of the data

with

seen as (
    select
        silo,
        count(*)::bigint as contacts,
    from interactions
    where silo is not null
    group by all
),

promised as (
    select
        silo,
        sum(observations)::bigint as observations,
        rate(sum(total), sum(weight)) as value,
        min(week) as first_week,
        max(week) + 6 as last_day,
    from silo_weeks
    where
        indicator = 'promise_kept'
        and silo != 'All silos'
        and weeks_ago <= 52
    group by all
)

select
    seen.silo,
    seen.contacts,
    silos.leader,
    owners.owner,
    promised.observations,
    promised.value,
    promised.first_week,
    promised.last_day,
from seen
left join promised using (silo)
left join silos using (silo)
left join owners
    on
        owners.silo = seen.silo
        and owners.indicator = 'promise_kept'
order by
    promised.value nulls last,
    seen.silo
