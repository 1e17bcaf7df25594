-- title: What being quick earns
-- question: Do customers stay longer who were put right in time?
-- grain: landmark, kind and standing; "all kinds" has no standing: each kind is compared with its own

select
    landmark,
    kind,
    standing,
    observations,
    lapses,
    value,
    low,
    high,
    word,
    chance,
    (select count(*) > 0 from loyalty where loyalty.kind = 'lapse') as leaving_is_seen,
    epoch(recovery_standard())::bigint // 86400 as standard_days,
from recovery_loyalty
order by
    landmark,
    kind,
    list_position(['put right in time', 'put right later', 'not put right yet'], standing)
