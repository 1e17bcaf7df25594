-- title: Segments, named and found
-- question: Which segments are there, how large, in which state, of what value, and what matters to them?
-- grain: kind, segment
-- note: customers who have not lapsed and have been here for a year; `matters` is the item that goes most with their answers

with

drivers as (
    select
        kind,
        segment,
        max_by(item, value) as matters,
        max(value) as matters_value,
        max_by(low, value) as matters_low,
        max_by(high, value) as matters_high,
        max(answers) as answers,
    from segment_drivers
    where answers >= 60
    group by all
)

select
    segment_profiles.*,
    segment_profiles.customers as observations,
    segments.meaning,
    drivers.* exclude (kind, segment),
    (select mode(currency) from loyalty where amount is not null) as currency,
from segment_profiles
left join segments
    on
        segment_profiles.kind = 'named'
        and segments.segment = segment_profiles.segment
left join drivers
    on
        drivers.kind = segment_profiles.kind
        and drivers.segment = segment_profiles.segment
order by
    segment_profiles.kind desc,
    segment_profiles.customers desc
