-- title: San Francisco airport passenger survey
-- tool: City and County of San Francisco, open data portal (layout of 2017)
-- format: csv
-- recognise: RESPNUM, INTDATE, NETPRO, Q7ALL, Q9ALL, Q10SAFE, Q14PASSTHRU, WEIGHT
-- required: RESPNUM, INTDATE
-- nulls: Blank
-- number: WEIGHT
-- code: INTDATE as 1 / 2 / 3 / 4 / 5 / 6 / 7 / 8 / 9 / 10 / 11 / 12 / 13 / 14 / 15 / 16 / 17 / 18 / 19 / 20 / 21 / 22 / 23 / 24 / 25 / 26 / 27 / 28 / 29 / 30 / 31
-- code: NETPRO as 0 / 1 / 2 / 3 / 4 / 5 / 6 / 7 / 8 / 9 / 10 / 11
-- code: Q7ART, Q7FOOD, Q7STORE, Q7SIGN, Q7WALKWAYS, Q7SCREENS, Q7INFODOWN, Q7INFOUP, Q7WIFI, Q7ROADS, Q7PARK as 0 / 1 / 2 / 3 / 4 / 5 / 6
-- code: Q7AIRTRAIN, Q7LTPARKING, Q7RENTAL, Q7ALL, Q9BOARDING, Q9AIRTRAIN, Q9RENTAL, Q9FOOD, Q9RESTROOM, Q9ALL as 0 / 1 / 2 / 3 / 4 / 5 / 6
-- code: Q10SAFE, Q12PRECHEKCRATE, Q13GETRATE, Q14FIND, Q14PASSTHRU as 0 / 1 / 2 / 3 / 4 / 5 / 6
-- code: METHOD as 1 / 2 / 3
-- note: INTDATE is the day of May 2017; the hour of an interview is not known, so noon in San Francisco stands for it
-- note: NETPRO says 11 for blank; the other items are 1 to 5, 0 is blank and 6 is never used or not applicable
-- note: passengers are anonymous, so each response is a customer of its own and nothing about loyalty follows
-- note: a response with a code that the field guide does not list is quarantined whole

-- feed: surveys
with

answers as (
    unpivot (
        select
            source_line,
            RESPNUM,
            METHOD,
            WEIGHT,
            timestamp '2017-05-01 19:00' + to_days(INTDATE::integer - 1) as answered_at,
            NETPRO as nps,
            Q7ALL as csat,
            Q7ART as artwork,
            Q7FOOD as restaurants,
            Q7STORE as shops,
            Q7SIGN as signs_inside,
            Q7WALKWAYS as walkways,
            Q7SCREENS as screens,
            Q7INFODOWN as information_arrivals,
            Q7INFOUP as information_departures,
            Q7WIFI as wifi,
            Q7ROADS as signs_on_roads,
            Q7PARK as parking,
            Q7AIRTRAIN as airtrain,
            Q7LTPARKING as parking_shuttle,
            Q7RENTAL as rental_cars,
            Q9BOARDING as clean_boarding_areas,
            Q9AIRTRAIN as clean_airtrain,
            Q9RENTAL as clean_rental_cars,
            Q9FOOD as clean_restaurants,
            Q9RESTROOM as clean_restrooms,
            Q9ALL as clean,
            Q10SAFE as safe,
            Q12PRECHEKCRATE as easy_precheck,
            Q13GETRATE as easy_to_get_here,
            Q14FIND as easy_to_find,
            Q14PASSTHRU as easy_security,
        from export
    )
    on columns(* exclude (source_line, RESPNUM, METHOD, WEIGHT, answered_at))
    into name item value score
)

select
    '2017-' || RESPNUM as response_id,
    item,
    '2017-' || RESPNUM as customer_id,
    case
        when item in ('nps', 'csat', 'artwork') then 'Airport'
        when item in ('restaurants', 'shops') then 'Concessions'
        when item like 'clean%' then 'Cleaning'
        when item in ('safe', 'easy_security', 'easy_precheck') then 'Security'
        when item in ('easy_to_find', 'signs_inside', 'walkways', 'screens') then 'Wayfinding'
        when item like 'information%' then 'Wayfinding'
        when item = 'wifi' then 'Digital'
        else 'Ground access'
    end as silo,
    'Terminal' as touchpoint,
    'use' as stage,
    case METHOD when '1' then 'at gate' when '2' then 'mail' else 'web' end as channel,
    answered_at,
    score::integer as score,
    case when item = 'nps' then 0 else 1 end as scale_min,
    case when item = 'nps' then 10 else 5 end as scale_max,
    WEIGHT as weight,
    source_line,
from answers
where
    (item = 'nps' and score <> '11')
    or (item <> 'nps' and score not in ('0', '6'))
