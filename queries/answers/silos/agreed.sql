-- title: The standard and who agreed to it
-- question: Which target has been agreed for the indicator, and by how many of the silos that it binds?
-- grain: one row; none without a standard

select
    standards.target,
    standards.promise,
    standards.review_date,
    count(distinct indicator_silos.silo)::bigint as silos,
    count(distinct agreements.silo)::bigint as agreed,
from standards
left join indicator_silos using (indicator)
left join agreements
    on
        agreements.indicator = standards.indicator
        and agreements.silo = indicator_silos.silo
        and agreements.holds
where standards.indicator = $indicator
group by all
