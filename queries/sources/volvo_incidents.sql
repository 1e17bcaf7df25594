-- title: Volvo IT incidents
-- tool: VINST, the incident system of Volvo IT, as an event log (BPI Challenge 2013)
-- company: Volvo IT Belgium
-- format: csv
-- recognise: case:concept:name, org:group, organization involved, concept:name, lifecycle:transition, time:timestamp
-- required: case:concept:name, concept:name, time:timestamp
-- text: case:concept:name, org:group, organization involved, impact, product, resource country
-- time: time:timestamp
-- code: concept:name as Accepted / Queued / Completed / Unmatched
-- exported_at: time:timestamp
-- fold: case:concept:name
-- note: one row a change of an incident; changes in one group on end are one stay, and a stay is one interaction
-- note: silos are the organisation lines, teams the support groups; whoever gets a case has to take it up (Accepted)
-- note: only the last stay ends a case; a stay that is handed on has settled nothing, so it has no end of its own
-- note: nobody is named who reported it, so each case is a customer of its own and nothing about loyalty follows

-- feed: interactions
with

changes as (
    select
        "case:concept:name" as case_id,
        "org:group" as team,
        "organization involved" as silo,
        "concept:name" as status,
        "time:timestamp" as changed_at,
        product,
        source_line,
        lag("org:group") over in_case as team_before,
        lag("organization involved") over in_case as silo_before,
    from export
    window in_case as (partition by "case:concept:name" order by "time:timestamp", source_line)
),

placed as (
    select
        *,
        sum(case when team = team_before and silo = silo_before then 0 else 1 end) over (
            partition by case_id
            order by changed_at, source_line
            rows between unbounded preceding and current row
        ) as stay,
        max(case when status <> 'Completed' then changed_at end) over (partition by case_id) as last_worked_at,
        any_value(product) over (partition by case_id order by changed_at, source_line) as first_product,
    from changes
),

stays as (
    select
        case_id,
        stay,
        any_value(team) as team,
        any_value(silo) as silo,
        any_value(first_product) as product,
        any_value(last_worked_at) as last_worked_at,
        min(changed_at) as started_at,
        min(changed_at) filter (where status <> 'Queued') as answered_at,
        min(changed_at) filter (where status = 'Completed' and changed_at >= coalesce(last_worked_at, changed_at))
            as completed_at,
        min(changed_at) filter (where status = 'Completed') as first_completed_at,
        min(source_line) as source_line,
    from placed
    group by
        case_id,
        stay
),

cases as (
    select
        case_id,
        max(stay) as stays,
        min(first_completed_at) < max(last_worked_at) as reopened,
    from stays
    group by case_id
)

select
    stays.case_id || '-' || stays.stay as interaction_id,
    stays.case_id,
    stays.case_id as customer_id,
    stays.silo,
    stays.team,
    'get help' as stage,
    'Incident' as touchpoint,
    'incident' as channel,
    'human' as mode,
    'customer' as initiated_by,
    stays.product as reason,
    stays.started_at,
    stays.answered_at,
    case when stays.stay = cases.stays then stays.completed_at end as resolved_at,
    case when stays.stay = cases.stays then coalesce(cases.reopened, false) end as reopened,
    case when stays.stay = cases.stays and cases.stays > 1 then false end as first_time_right,
    epoch(stays.answered_at - stays.started_at) as wait_seconds,
    stays.source_line,
from stays
join cases on stays.case_id = cases.case_id
