-- title: Not agreed by all
-- question: Which standards have not been agreed by every silo that they bind?
-- grain: one row a standard
-- note: a standard binds every silo in which its indicator is measured; who agreed to earlier terms has not agreed

with

bound as (
    select
        standards.indicator,
        standards.target,
        indicator_silos.silo,
        agreements.agreed_on,
    from standards
    join indicator_silos using (indicator)
    left join agreements
        on
            agreements.indicator = standards.indicator
            and agreements.silo = indicator_silos.silo
            and agreements.holds
)

select
    indicators.indicator,
    indicators.title,
    indicators.unit,
    bound.target,
    count(*)::bigint as silos,
    count(bound.agreed_on)::bigint as agreed,
    string_agg(bound.silo, ', ' order by bound.silo) filter (where bound.agreed_on is null) as missing,
from bound
join indicators using (indicator)
group by all
having count(bound.agreed_on) < count(*)
order by indicators.title
