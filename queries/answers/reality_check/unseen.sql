-- title: Looks perfect, because nothing is measured
-- question: Which silos have contacts, and how little do we know of them?
-- grain: one row a silo
-- note: of the year up to the newest contact; promised and answered are shares of nothing where there are none

with

year as (
    select max(started_at) - interval 52 weeks as since
    from contacts
),

met as (
    select
        contacts.silo,
        count(*) as contacts,
        count(*) filter (where contacts.mode = 'human' and contacts.initiated_by = 'customer') as human,
        count(contacts.promised_at) filter (
            where
            contacts.mode = 'human'
            and contacts.initiated_by = 'customer'
        ) as promised,
        count(*) filter (where contacts.promised_at is null and contacts.promise_kept is not null) as without_date,
        count(contacts.resolved_at) as resolved,
    from contacts
    cross join year
    where
        contacts.started_at >= year.since
        and contacts.silo is not null
    group by all
),

answered as (
    select
        surveys.silo,
        count(distinct surveys.response_id) as answers,
    from surveys
    cross join year
    where
        surveys.score is not null
        and surveys.answered_at >= year.since
        and surveys.silo is not null
    group by all
),

counted as (
    select
        silo,
        count(distinct indicator) as indicators,
    from indicator_silos
    join indicators using (indicator)
    where indicators.kind = 'candidate'
    group by all
),

elsewhere as (
    select count(distinct indicator) as indicators
    from indicator_silos
    join indicators using (indicator)
    where indicators.kind = 'candidate'
)

select
    met.silo,
    silos.leader,
    met.contacts,
    met.contacts / sum(met.contacts) over () as share_of_contacts,
    met.human,
    met.promised / nullif(met.human, 0) as promised,
    met.without_date,
    met.resolved / met.contacts as resolved,
    coalesce(answered.answers, 0) as answers,
    coalesce(counted.indicators, 0) as indicators,
    elsewhere.indicators as of_indicators,
from met
cross join elsewhere
left join answered using (silo)
left join counted using (silo)
left join silos using (silo)
order by
    coalesce(counted.indicators, 0),
    met.contacts desc
