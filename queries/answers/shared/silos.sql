-- title: Silos
-- question: Which silos are there, who leads them, and does any data come from them?
-- grain: one row a silo

with

seen as (
    select silo
    from indicator_silos
    group by all
)

select
    coalesce(seen.silo, silos.silo) as silo,
    silos.leader,
    seen.silo is not null as measured,
from seen
full join silos using (silo)
order by
    measured desc,
    silo
