-- title: Who answers
-- question: What does each leader answer for, and how does it stand?
-- grain: person
-- note: whether a standard is met as it runs is said of a steady process only
-- note: a silo's leader, an indicator's owner or a commitment's owner; what nobody owns is counted elsewhere

with

named as (
    select leader as person from silos
    union
    select owner as person from owners
    union
    select owner as person from commitments
),

led as (
    select
        leader as person,
        list(silo order by silo) as silos,
    from silos
    group by all
),

owned as (
    select
        owners.owner as person,
        count(*)::bigint as indicators,
        count(trends.verdict)::bigint as measured,
        count(*) filter (where trends.verdict = 'improving')::bigint as improving,
        count(*) filter (where trends.verdict = 'worsening')::bigint as worsening,
        count(*) filter (where standards.target is not null)::bigint as with_standard,
        count(*) filter (
            where
                trends.now is not null
                and standards.target is not null
        )::bigint as judged,
        count(*) filter (
            where
                case indicators.better
                    when 'higher' then trends.now >= standards.target
                    else trends.now <= standards.target
                end
        )::bigint as met,
        count(*) filter (
            where
                trends.capability = 'always'
                and trends.verdict = 'no real change'
                and trends.settled is null
        )::bigint as always,
        count(*) filter (
            where
                trends.capability = 'sometimes'
                and trends.verdict = 'no real change'
                and trends.settled is null
        )::bigint as sometimes,
        count(*) filter (
            where
                trends.capability = 'never'
                and trends.verdict = 'no real change'
                and trends.settled is null
        )::bigint as never,
    from owners
    join indicators using (indicator)
    left join trends using (indicator, silo)
    left join standards using (indicator)
    group by all
)

select
    named.person,
    led.silos,
    owned.indicators,
    owned.measured,
    owned.improving,
    owned.worsening,
    owned.with_standard,
    owned.judged,
    owned.met,
    owned.always,
    owned.sometimes,
    owned.never,
from named
left join led using (person)
left join owned using (person)
where named.person is not null
order by
    led.silos is null,
    named.person
