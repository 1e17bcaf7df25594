-- title: ServiceNow incidents
-- tool: ServiceNow, the audit log of incidents
-- format: csv
-- recognise: number, ident_state, reassignment_count, reopen_count, sys_mod_count, made_sla
-- required: number, opened_at, sys_mod_count
-- nulls: ?
-- time: opened_at, sys_updated_at, resolved_at, closed_at as %d/%m/%Y %H:%M
-- number: reassignment_count, reopen_count, sys_mod_count
-- flag: made_sla, active as true / false
-- text: caller_id, contact_type, category, assignment_group
-- exported_at: sys_updated_at
-- fold: number
-- note: one row a change of an incident; changes in one group on end are one stay, and a stay is one interaction
-- note: the last stay bears the incident's number, and what became of it: its end, its target, whether it was reopened
-- note: a stay that is handed on has settled nothing, so it has no end of its own
-- note: made_sla starts as true and falls when the target is missed, so it counts only once the incident is closed
-- note: the log does not say its time zone; its times are taken as UTC

-- feed: interactions
with

changes as (
    select
        *,
        min(source_line) over (partition by number) as first_line,
        row_number() over (partition by number order by sys_mod_count desc, source_line desc) as from_last,
        -- Changes before any group has it belong to the first that gets it.
        coalesce(
            last_value(assignment_group ignore nulls) over so_far,
            first_value(assignment_group ignore nulls) over whole
        ) as held_by,
    from export
    window
        so_far as (
            partition by number
            order by sys_mod_count, source_line
            rows between unbounded preceding and current row
        ),
        whole as (
            partition by number
            order by sys_mod_count, source_line
            rows between unbounded preceding and unbounded following
        )
),

moves as (
    select
        *,
        coalesce(held_by, '') as holder,
        lag(coalesce(held_by, ''), 1, 'none before') over (
            partition by number
            order by sys_mod_count, source_line
        ) as holder_before,
    from changes
),

placed as (
    select
        *,
        sum(case when holder <> holder_before then 1 else 0 end) over (
            partition by number
            order by sys_mod_count, source_line
            rows between unbounded preceding and current row
        ) as stay,
    from moves
),

stays as (
    select
        number,
        stay,
        max(stay) over (partition by number) as stays,
        any_value(held_by) as held_by,
        case when stay = 1 then min(opened_at) else min(sys_updated_at) end as started_at,
        min(source_line) as source_line,
    from placed
    group by
        number,
        stay
)

select
    case when stays.stay = stays.stays then stays.number else stays.number || '-' || stays.stay end as interaction_id,
    stays.number as case_id,
    caller_id as customer_id,
    'IT service' as silo,
    'Group ' || stays.held_by as team,
    'get help' as stage,
    'Incident' as touchpoint,
    coalesce(lower(contact_type), 'unknown') as channel,
    case when contact_type in ('Phone', 'Email', 'Direct opening') then 'human' else 'digital' end as mode,
    case when contact_type = 'Direct opening' then 'company' else 'customer' end as initiated_by,
    'Category ' || category as reason,
    stays.started_at,
    case when stays.stay = stays.stays then coalesce(resolved_at, closed_at) end as resolved_at,
    case when stays.stay = stays.stays and not (active and made_sla) then made_sla end as promise_kept,
    case
        when stays.stay = stays.stays then greatest(reassignment_count - stays.stays + 1, 0)
    end as transfers,
    case when stays.stay = stays.stays then reopen_count > 0 end as reopened,
    case when stays.stay = stays.stays and reassignment_count > 0 then false end as first_time_right,
    case when stays.stay = 1 then first_line else stays.source_line end as source_line,
from stays
join changes on stays.number = changes.number
where changes.from_last = 1
