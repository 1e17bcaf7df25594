-- title: The indicator of a commitment to chosen customers, by week
-- grain: unit, week
-- note: the chosen customers are one unit; the others stand beside them in eight groups drawn by their ids
-- note: of `scopes` with one row, and of `observations`: the rows of its indicator

with

newest as (
    select max(week_of(observed_at)) as week
    from observations
)

select
    scopes.commitment,
    case
        when list_contains(scopes.customers, observations.customer_id) then 'the customers chosen'
        else 'other customers, group ' || (hash(observations.customer_id) % 8 + 1)
    end as unit,
    list_contains(scopes.customers, observations.customer_id) as treated,
    week_of(observations.observed_at) as week,
    sum(observations.weight)::double as weight,
    sum(observations.value * observations.weight)::double as total,
    count(distinct observations.customer_id)::bigint as people,
from observations
cross join scopes
cross join newest
where
    observations.customer_id is not null
    and week_of(observations.observed_at) < newest.week
    and (scopes.silos is null or list_contains(scopes.silos, observations.silo))
    and (scopes.stages is null or list_contains(scopes.stages, observations.stage))
    and (scopes.touchpoints is null or list_contains(scopes.touchpoints, observations.touchpoint))
    and (scopes.channels is null or list_contains(scopes.channels, observations.channel))
    and (scopes.modes is null or list_contains(scopes.modes, observations.mode))
group by all
