-- title: Open failures by age
-- question: In which silo, and of which kind, are failures open, and how many of them beyond the standard?
-- grain: silo, kind and band of age: 1 within the standard, 2 up to four weeks, 3 up to thirteen, 4 longer
-- note: people's decisions count: what they have resolved is open no longer

select
    coalesce(open_failures.silo, 'No silo') as silo,
    open_failures.kind,
    open_failures.band,
    count(*) as failures,
    count(*) filter (where coalesce(recoveries.state, 'open') != 'assigned') as unassigned,
    median(open_failures.age_days) as median_age,
    any_value(coalesce(owners.owner, silos.leader)) as belongs_to,
from open_failures
left join recoveries using (failure)
left join owners
    on
        owners.indicator = 'recovery_prompt'
        and owners.silo = open_failures.silo
left join silos
    on silos.silo = open_failures.silo
where
    chosen($silos, open_failures.silo)
    and chosen($kinds, open_failures.kind)
    and open_failures.left_at is null
    and coalesce(recoveries.state != 'resolved', true)
group by all
order by all
