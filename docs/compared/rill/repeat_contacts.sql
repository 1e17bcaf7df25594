select
    channel,
    silo,
    stage,
    mode,
    started_at,
    case when before_at >= started_at - interval 7 days and from_silo = silo then 1 else 0 end as is_repeat
from contacts
where
    customer_id is not null
    and reason is not null
    and coalesce(initiated_by, 'customer') = 'customer'
