-- The shape of `bellwether indicator`: the command puts names from its own list of grains, and the mart, at the marks.
select
    /*by*/
    rate(sum(total), sum(weight)) as value,
    sum(weight) as weight,
    sum(observations)::bigint as observations,
    people_at_least(mark_a, mark_b, mark_c) as people_at_least,
from /*mart*/
where
    indicator = $indicator
    and within(/*clock*/, $since::date, $until::date)
group by all
order by all
