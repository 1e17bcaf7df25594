-- title: What precedes a move
-- question: What happened in the eight weeks before a move, against those who stayed?
-- grain: state after, sign
-- note: an association; the interval is of the ratio of odds, within month and state before

select
    *,
    movers as observations,
from state_signs
order by
    list_position(['at risk', 'lapsed', 'advocate'], after),
    ratio desc nulls last
