-- title: Units that another commitment on the same indicator treats as well
-- grain: commitment, unit, other
-- note: share: of the unit's observations since the other started, the share that it treats
-- note: of `scopes`

with

named as (
    select
        scopes.commitment,
        others.commitment as other,
        others.start,
        unit_of(
            scopes.silos, cells.silo,
            scopes.stages, cells.stage,
            scopes.touchpoints, cells.touchpoint,
            scopes.channels, cells.channel,
            scopes.modes, cells.mode,
            scopes.segments, cells.segment
        ) as unit,
        is_treated(
            others.silos, cells.silo,
            others.stages, cells.stage,
            others.touchpoints, cells.touchpoint,
            others.channels, cells.channel,
            others.modes, cells.mode,
            others.segments, cells.segment
        ) as touched,
        cells.weight,
    from scopes
    join scopes as others
        on
            others.indicator = scopes.indicator
            and others.commitment != scopes.commitment
    join indicator_sums as cells
        on
            cells.indicator = scopes.indicator
            and cells.week >= others.start
    where
        scopes.customers is null
        and others.customers is null
)

select
    commitment,
    unit,
    other,
    start,
    coalesce(sum(weight) filter (where touched), 0) / sum(weight) as share,
from named
group by all
having sum(weight) filter (where touched) > 0
