-- title: First time right at the human touch
-- question: Does a person put it right the first time, and does the next person after a digital failure?
-- grain: indicator and silo; a row without silo is all silos

select
    indicator,
    silo,
    grouping(silo) = 1 as is_all,
    sum(observations)::bigint as observations,
    sum(weight) as weight,
    sum(total) as total,
    sum(squares) as squares,
    sum(weight_squares) as weight_squares,
    people_at_least(mark_a, mark_b, mark_c) as people_at_least,
from indicator_weeks
where
    indicator in ('human_first_time_right', 'right_after_digital_failure')
    and within(week, $since::date, $until::date)
group by grouping sets ((indicator, silo), (indicator))
order by
    indicator,
    is_all desc,
    silo
