-- title: Kinds of failures
-- grain: one row a kind of failure that is followed until it is put right
-- note: is_told says whether the exports hold what this kind is seen by; where not, no failure is not good news

with

signs as (
    select
        coalesce(bool_or(promised_at is not null), false) as promises,
        coalesce(bool_or(reopened is not null), false) as reopenings,
        coalesce(bool_or(is_complaint(silo, reason)), false) as complaints,
        (
            select count(*) > 0
            from surveys
            where
                item = 'nps'
                and score is not null
                and customer_id is not null
        ) as answers,
    from contacts
),

told as (
    select
        'broken promise' as kind,
        promises as is_told,
    from signs
    union all
    select
        'reopened case' as kind,
        reopenings as is_told,
    from signs
    union all
    select
        'complaint' as kind,
        complaints as is_told,
    from signs
    union all
    select
        'detractor''s answer' as kind,
        answers as is_told,
    from signs
),

counted as (
    select
        kind,
        count(*) as failures,
        count(recovered_at) as recovered,
        count(*) filter (where recovered_at <= failed_at + recovery_standard()) as prompt,
        count(*) filter (where customer_id is not null) as with_customer,
    from failures
    group by all
)

select
    told.kind,
    told.is_told,
    coalesce(counted.failures, 0) as failures,
    coalesce(counted.recovered, 0) as recovered,
    coalesce(counted.prompt, 0) as prompt,
    coalesce(counted.with_customer, 0) as with_customer,
    epoch(recovery_standard())::bigint // 86400 as standard_days,
from told
left join counted using (kind)
