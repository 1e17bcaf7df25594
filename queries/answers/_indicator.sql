-- The shape of `bellwether indicator`: the command puts names from its own list of grains at the two marks.
select
    /*by*/
    rate(sum(total), sum(weight)) as value,
    sum(weight) as weight,
    sum(observations)::bigint as observations,
from indicator_weeks
where
    indicator = $indicator
    and within(/*clock*/, $since::date, $until::date)
group by all
order by all
