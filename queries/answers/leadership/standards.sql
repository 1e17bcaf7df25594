-- title: Governance at a glance
-- question: How many indicators, standards and commitments are there to answer for?
-- grain: one row

select
    (select count(*) from indicator_silos where chosen($silos, silo)) as pairs,
    (select count(*) from standards where indicator in (select indicator from indicator_silos)) as standards,
    (
        select count(*)
        from commitments
        where
            chosen($silos, silo)
            and silo in (select silo from indicator_silos)
    ) as commitments,
