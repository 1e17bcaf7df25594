-- title: Where we stand
-- question: How much of what happens do we see, own, agree on, prove and keep?
-- grain: one row a measure of the product's own state, in the order of the ladder
-- note: rung: see, own, agree, prove, keep; each needs the one before it
-- note: example is the largest thing that is missing; the year counts back from the newest contact

with

year as (
    select max(started_at) - interval 52 weeks as since
    from contacts
),

recent as (
    select contacts.*
    from contacts
    cross join year
    where contacts.started_at >= year.since
),

points as (
    select
        recent.silo,
        recent.touchpoint,
        count(*) as contacts,
        any_value(asked.answers) as answers,
    from recent
    left join (
        select
            surveys.silo,
            surveys.touchpoint,
            count(distinct surveys.response_id) filter (where surveys.score is not null) as answers,
        from surveys
        cross join year
        where coalesce(surveys.answered_at, surveys.asked_at) >= year.since
        group by all
    ) as asked
        on
            asked.silo = recent.silo
            and asked.touchpoint = recent.touchpoint
    group by all
),

promising as (
    select
        silo,
        count(*) as contacts,
        count(promised_at) as promised,
    from recent
    where
        mode = 'human'
        and initiated_by = 'customer'
    group by all
),

bound as (
    select
        standards.indicator,
        indicators.title,
        indicator_silos.silo,
        indicator_silos.observations,
        coalesce(agreements.holds, false) as agreed,
    from standards
    join indicator_silos using (indicator)
    join indicators using (indicator)
    left join agreements
        on
            agreements.indicator = standards.indicator
            and agreements.silo = indicator_silos.silo
),

owned as (
    select
        indicators.title,
        indicator_silos.silo,
        indicator_silos.observations,
        owners.owner is not null as held,
    from indicator_silos
    join indicators using (indicator)
    left join owners using (indicator, silo)
),

measured as (
    select
        indicators.indicator,
        indicators.title,
        indicators.kind,
        sum(indicator_silos.observations) as observations,
        any_value(standards.target) as target,
    from indicator_silos
    join indicators using (indicator)
    left join standards using (indicator)
    group by all
),

proven as (
    select
        indicators.title,
        evidence.verdict,
        evidence.customers,
    from evidence
    join indicators using (indicator)
    where evidence.gap = 0
),

promises as (
    select
        commitments.id,
        commitments.title,
        commitments.due,
        commitments.promised,
        commitments.state,
        verdicts.word,
    from commitments
    left join verdicts
        on
            verdicts.commitment = commitments.id
            and verdicts.measure = 'indicator'
),

last_day as (
    select max(week) + 6 as day
    from silo_weeks
)

select
    1 as rung,
    'customers' as measure,
    count(customer_id) as done,
    count(*) as of,
    (
        select max_by(silo || ', ' || touchpoint, missing)
        from (select silo, touchpoint, count(*) filter (where customer_id is null) as missing from recent group by all)
        where missing > 0
    ) as example,
from recent
union all by name
select
    1 as rung,
    'touchpoints' as measure,
    count(*) filter (where answers > 0) as done,
    count(*) as of,
    max_by(silo || ', ' || touchpoint, contacts) filter (where coalesce(answers, 0) = 0) as example,
from points
union all by name
select
    1 as rung,
    'promises' as measure,
    sum(promised)::bigint as done,
    sum(contacts)::bigint as of,
    max_by(silo, contacts - promised) filter (where promised < contacts) as example,
from promising
union all by name
select
    2 as rung,
    'leaders' as measure,
    count(silos.leader) as done,
    count(*) as of,
    max_by(seen.silo, seen.contacts) filter (where silos.leader is null) as example,
from (select silo, count(*) as contacts from recent where silo is not null group by all) as seen
left join silos using (silo)
union all by name
select
    2 as rung,
    'owners' as measure,
    count(*) filter (where held) as done,
    count(*) as of,
    max_by(title || ' in ' || silo, observations) filter (where not held) as example,
from owned
union all by name
select
    3 as rung,
    'standards' as measure,
    count(target) as done,
    count(*) as of,
    max_by(title, observations) filter (where target is null) as example,
from measured
where kind = 'candidate'
union all by name
select
    3 as rung,
    'agreements' as measure,
    count(*) filter (where agreed) as done,
    count(*) as of,
    max_by(title || ' in ' || silo, observations) filter (where not agreed) as example,
from bound
union all by name
select
    4 as rung,
    'proof' as measure,
    count(*) filter (where verdict != 'cannot tell yet') as done,
    count(*) as of,
    max_by(title, customers) filter (where verdict = 'cannot tell yet') as example,
from proven
union all by name
select
    4 as rung,
    'verdicts' as measure,
    count(*) filter (where word in ('worked', 'no effect seen', 'made it worse')) as done,
    count(*) as of,
    min_by(title, due)
        filter (where coalesce(word, '') not in ('worked', 'no effect seen', 'made it worse')) as example,
from promises
where state in ('started', 'done')
union all by name
select
    5 as rung,
    'on time' as measure,
    count(*) filter (where due > last_day.day or due is null) as done,
    count(*) as of,
    min_by(title, due) filter (where due <= last_day.day) as example,
from promises
cross join last_day
where promised
union all by name
select
    5 as rung,
    'met' as measure,
    count(*) filter (
        where
        case
            when indicators.better = 'higher' then trends.now >= standards.target
            else trends.now <= standards.target
        end
    ) as done,
    count(*) as of,
    max_by(indicators.title || ' in ' || trends.silo, trends.observations_now) filter (
        where
        case
            when indicators.better = 'higher' then trends.now < standards.target
            else trends.now > standards.target
        end
    ) as example,
from trends
join indicators using (indicator)
join standards using (indicator)
where
    trends.silo != 'All silos'
    and trends.now is not null
order by
    rung,
    measure
