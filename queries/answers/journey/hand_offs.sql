-- title: Hand-offs
-- question: From where to where do matters go, do they arrive, and how long do they wait on the way?
-- grain: level (silos or teams), sender and taker; the eleven that take part in most, the rest as "all others"

with

named as (
    select
        hand_offs.*,
    from hand_offs
    left join horizons using (source)
    where
        within(arrived_at, $since::date, $until::date)
        and (known_at <= known_until or known_until is null)
),

counted as (
    select
        level,
        part,
        count(*) as moves,
    from (select level, sent_by as part from named union all select level, taken_by as part from named)
    group by
        level,
        part
),

parts as (
    select
        *,
        row_number() over (partition by level order by moves desc, part) as place,
    from counted
),

sizes as (
    select
        level,
        count(*) as parts,
    from parts
    group by all
),

lumped as (
    select
        named.*,
        case when senders.place <= 11 then named.sent_by else 'all others' end as sender,
        case when takers.place <= 11 then named.taken_by else 'all others' end as taker,
    from named
    join parts as senders on named.level = senders.level and named.sent_by = senders.part
    join parts as takers on named.level = takers.level and named.taken_by = takers.part
),

pairs as (
    select
        level,
        sender,
        taker,
        count(*)::bigint as observations,
        count(distinct coalesce(customer_id, matter))::bigint as people,
        sum(one_if(held))::bigint as total,
        rate(sum(one_if(held)), count(*)) as value,
        case when count(wait_seconds) > 0 then rate(sum(one_if(stalled)), count(*)) end as stalled,
        rate(sum(one_if(fell_back)), count(*)) as fell_back,
        rate(sum(one_if(is_left_open)), count(*)) as left_open,
        median(wait_seconds) as half_within,
        any_value(sizes.parts) as parts,
    from lumped
    join sizes using (level)
    group by all
)

select *
from pairs
order by
    level,
    one_if(sender = 'all others' and taker = 'all others'),
    observations desc,
    sender,
    taker
