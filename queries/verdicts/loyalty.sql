-- title: Who stayed of those that met a commitment's units, by week
-- grain: commitment, unit, week
-- note: a customer counts once in a unit and week; 1 if they did not leave in the quarter after it
-- note: where there are no contracts: 1 if they bought in that quarter
-- note: only weeks whose quarter has passed; only customers with a contract at that moment, where there are contracts
-- note: of `scopes` with one row

with

met as (
    select
        unit_of(
            scopes.silos, contacts.silo,
            scopes.stages, contacts.stage,
            scopes.touchpoints, contacts.touchpoint,
            scopes.channels, contacts.channel,
            scopes.modes, contacts.mode,
            scopes.segments, customers.segment
        ) as unit,
        is_treated(
            scopes.silos, contacts.silo,
            scopes.stages, contacts.stage,
            scopes.touchpoints, contacts.touchpoint,
            scopes.channels, contacts.channel,
            scopes.modes, contacts.mode,
            scopes.segments, customers.segment
        ) as treated,
        week_of(contacts.started_at) as week,
        contacts.customer_id,
        min(contacts.started_at) as met_at,
    from contacts
    join customers using (customer_id)
    cross join scopes
    cross join evidence_basis
    where
        scopes.customers is null
        and contacts.started_at >= scopes.start - interval 130 weeks
        and contacts.started_at < evidence_basis.seen_until - to_weeks(evidence_basis.horizon_weeks + 1)
        and has_unit(
            scopes.silos, contacts.silo,
            scopes.stages, contacts.stage,
            scopes.touchpoints, contacts.touchpoint,
            scopes.channels, contacts.channel,
            scopes.modes, contacts.mode,
            scopes.segments, customers.segment
        )
    group by all
),

lives as (
    select
        loyalty.customer_id,
        list(loyalty.occurred_at) as moments,
    from loyalty
    cross join evidence_basis
    where loyalty.kind = case evidence_basis.basis when 'contracts' then 'lapse' else 'purchase' end
    group by all
),

ends as (
    select
        met.unit,
        met.treated,
        met.week,
        len(list_filter(
            lives.moments,
            lambda moment: moment > met.met_at and moment <= met.met_at + to_weeks(evidence_basis.horizon_weeks)
        )) > 0 as there,
    from met
    cross join evidence_basis
    left join lives using (customer_id)
)

select
    scopes.commitment,
    ends.unit,
    ends.treated,
    ends.week,
    count(*)::double as weight,
    count(*) filter (where coalesce(ends.there, false) != (evidence_basis.basis = 'contracts'))::double as total,
    count(*)::bigint as people,
from ends
cross join scopes
cross join evidence_basis
group by all
