-- title: Stage by silo
-- question: Where on the journey, and in which silo, does the indicator stand how?
-- grain: stage and silo; a row without silo is the stage, one without stage the silo, one without both the whole

select
    grouping(stage) = 1 as is_all_stages,
    grouping(silo) = 1 as is_all_silos,
    stage,
    silo,
    sum(observations)::bigint as observations,
    sum(weight) as weight,
    sum(total) as total,
    sum(squares) as squares,
    sum(weight_squares) as weight_squares,
    people_at_least(mark_a, mark_b, mark_c) as people_at_least,
from indicator_weeks
where
    indicator = $indicator
    and within(week, $since::date, $until::date)
group by grouping sets ((stage, silo), (stage), (silo), ())
order by
    is_all_stages,
    list_position(['discover', 'choose', 'join', 'use', 'get help', 'renew', 'leave'], stage),
    stage,
    is_all_silos,
    silo
