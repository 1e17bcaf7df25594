-- title: What people did
-- question: Which commitments started, ended, fell due or were judged, and which steps were declared, since the review?
-- grain: one row a deed

with

deeds as (
    select
        start as day,
        'started' as what,
        title,
        owner,
        silo,
        indicator,
    from commitments
    union all by name
    select
        due as day,
        case when state = 'done' then 'done' else 'due' end as what,
        title,
        owner,
        silo,
        indicator,
    from commitments
    union all by name
    select
        verdicts.told_on as day,
        verdicts.word as what,
        commitments.title,
        commitments.owner,
        commitments.silo,
        commitments.indicator,
    from verdicts
    join commitments on commitments.id = verdicts.commitment
    where verdicts.measure = 'indicator'
    union all by name
    select
        week as day,
        'declared' as what,
        reason as title,
        declared_by as owner,
        silo,
        indicator,
    from steps
)

select
    deeds.day,
    deeds.what,
    deeds.title as deed,
    deeds.owner,
    deeds.silo,
    deeds.indicator,
    indicators.title,
from deeds
join indicators using (indicator)
where
    chosen($silos, deeds.silo)
    and within(deeds.day, $since::date, $until::date)
    and deeds.silo in (select silo from indicator_silos)
order by deeds.day desc
