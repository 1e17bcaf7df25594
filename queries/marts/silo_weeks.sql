-- title: Indicators by silo and week
-- grain: indicator, silo, week
-- note: the 60 full weeks up to the last one; the newest week of an indicator is left out because it may not be over
-- note: a week of a silo with too few people counts together with others like it, in one of them: see bundles.py
-- note: "All silos" is the whole company, with observations that no silo answers for

with

spans as (
    select
        indicator,
        max(week) as newest,
    from silo_totals
    group by all
),

weeks as (
    select
        indicator,
        coalesce(silo, 'No silo') as silo,
        week,
        sum(observations)::bigint as observations,
        sum(weight) as weight,
        sum(total) as total,
        sum(squares) as squares,
        sum(weight_squares) as weight_squares,
        bit_or(mark_a) as mark_a,
        bit_or(mark_b) as mark_b,
        bit_or(mark_c) as mark_c,
    from silo_totals
    group by all
),

whole as (
    select
        indicator,
        'All silos' as silo,
        week,
        sum(observations)::bigint as observations,
        sum(weight) as weight,
        sum(total) as total,
        sum(squares) as squares,
        sum(weight_squares) as weight_squares,
        bit_or(mark_a) as mark_a,
        bit_or(mark_b) as mark_b,
        bit_or(mark_c) as mark_c,
    from weeks
    group by all
)

select
    indicator,
    silo,
    week,
    observations,
    weight,
    total,
    squares,
    weight_squares,
    greatest(bit_count(mark_a), bit_count(mark_b), bit_count(mark_c))::bigint as people_at_least,
    rate(total, weight) as value,
    (spans.newest - week) // 7 as weeks_ago,
from (from weeks where silo != 'No silo' union all by name from whole)
join spans using (indicator)
where
    observations > 0
    and week < spans.newest
    and week >= spans.newest - interval 60 weeks
order by indicator, silo, week
