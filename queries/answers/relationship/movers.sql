-- title: Movers by silo
-- question: Who moved for the better or for the worse in the newest month, by the silo that touched them last?
-- grain: silo
-- note: `observations` are the customers whom the silo touched last; moves by time alone are counted apart

select
    month,
    silo,
    sum(customers)::bigint as observations,
    sum(case when state_place(after_state) < state_place(before_state) then customers else 0 end)::bigint as better,
    sum(case when state_place(after_state) > state_place(before_state) then customers else 0 end)::bigint as worse,
    sum(
        case when after_state != before_state and by_time then customers else 0 end
    )::bigint as by_time,
    sum(case when after_state = 'at risk' and before_state != 'at risk' then customers else 0 end)::bigint as to_risk,
    sum(case when after_state = 'lapsed' then customers else 0 end)::bigint as to_lapsed,
    rate(
        sum(case when state_place(after_state) > state_place(before_state) then customers else 0 end)::double,
        sum(customers)
    ) as value,
from state_movers
group by
    month,
    silo
order by
    silo = 'Nobody',
    value desc,
    silo
