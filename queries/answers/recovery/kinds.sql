-- title: What can be told
-- question: Which kinds of failures do the exports tell of, and how are they put right?
-- grain: one row a kind
-- note: the wait counts open failures for as long as they have been open

select
    failure_kinds.kind,
    failure_kinds.is_told,
    failure_kinds.failures,
    failure_kinds.with_customer,
    failure_kinds.standard_days,
    waits.observations,
    waits.value,
    waits.median_days,
from failure_kinds
left join recovery_waits as waits
    on
        waits.kind = failure_kinds.kind
        and waits.silo = 'All silos'
order by list_position(['broken promise', 'reopened case', 'complaint', 'detractor''s answer'], failure_kinds.kind)
