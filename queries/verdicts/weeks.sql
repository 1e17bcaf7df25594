-- title: The indicator of each commitment by unit and week
-- grain: commitment, unit, week
-- note: a unit is one value of each dimension that the commitment names, so its own units lie beside all others
-- note: weeks before a declared step of a silo are left out: the measuring changed, not the service
-- note: the newest week of an indicator is left out because it may not be over
-- note: of `scopes`

with

spans as (
    select
        indicator,
        max(week) as newest,
    from indicator_sums
    group by all
),

declared as (
    select
        scopes.commitment,
        steps.silo,
        max(steps.week) as since,
    from steps
    join scopes using (indicator)
    where steps.week <= scopes.start
    group by all
)

select
    scopes.commitment,
    unit_of(
        scopes.silos, cells.silo,
        scopes.stages, cells.stage,
        scopes.touchpoints, cells.touchpoint,
        scopes.channels, cells.channel,
        scopes.modes, cells.mode,
        scopes.segments, cells.segment
    ) as unit,
    is_treated(
        scopes.silos, cells.silo,
        scopes.stages, cells.stage,
        scopes.touchpoints, cells.touchpoint,
        scopes.channels, cells.channel,
        scopes.modes, cells.mode,
        scopes.segments, cells.segment
    ) as treated,
    cells.week,
    sum(cells.weight) as weight,
    sum(cells.total) as total,
    people_at_least(cells.mark_a, cells.mark_b, cells.mark_c) as people,
from scopes
join indicator_sums as cells using (indicator)
join spans using (indicator)
left join declared
    on
        declared.commitment = scopes.commitment
        and declared.silo = cells.silo
where
    scopes.customers is null
    and cells.week < spans.newest
    and (declared.since is null or scopes.silos is null or cells.week >= declared.since)
    and has_unit(
        scopes.silos, cells.silo,
        scopes.stages, cells.stage,
        scopes.touchpoints, cells.touchpoint,
        scopes.channels, cells.channel,
        scopes.modes, cells.mode,
        scopes.segments, cells.segment
    )
group by all
