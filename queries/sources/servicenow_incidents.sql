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
-- note: one row a change of an incident; the last change says how it stands, so the rows of one number make one interaction
-- note: made_sla starts as true and falls when the target is missed, so it counts only once the incident is closed
-- note: the log does not say its time zone; its times are taken as UTC

-- feed: interactions
with

changes as (
    select
        *,
        min(source_line) over (partition by number) as first_line,
        row_number() over (partition by number order by sys_mod_count desc, source_line desc) as from_last,
    from export
)

select
    number as interaction_id,
    caller_id as customer_id,
    'IT service' as silo,
    'Group ' || assignment_group as team,
    'get help' as stage,
    'Incident' as touchpoint,
    coalesce(lower(contact_type), 'unknown') as channel,
    case when contact_type in ('Phone', 'Email', 'Direct opening') then 'human' else 'digital' end as mode,
    case when contact_type = 'Direct opening' then 'company' else 'customer' end as initiated_by,
    'Category ' || category as reason,
    opened_at as started_at,
    coalesce(resolved_at, closed_at) as resolved_at,
    case when active and made_sla then null else made_sla end as promise_kept,
    reassignment_count as transfers,
    reopen_count > 0 as reopened,
    first_line as source_line,
from changes
where from_last = 1
