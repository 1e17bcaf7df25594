-- title: Factory and servitude
-- question: How efficient and how personal is each silo, quarter by quarter?
-- grain: silo, quarter
-- note: quarters that are over

select
    silo_manners.*,
    currencies.currency,
from silo_manners
cross join (select mode(currency) as currency from interactions where cost is not null) as currencies
where is_over
order by
    silo,
    quarter
