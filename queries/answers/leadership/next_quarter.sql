-- title: Next quarter
-- question: How many customers stay, what money may go, and how did earlier outlooks do?
-- grain: one row; without a forecast `refusal` says why
-- note: the outlook before is the last one that was published, from less data than this one
-- note: past outlooks are counted apart: those that were published, and those that a backtest would have said

with

earlier as (
    select
        max_by(outlook_track.retained, outlook_track.origin) as retained,
        max(outlook_track.origin) as origin,
    from outlook_track
    cross join outlook_model
    where
        outlook_track.kind = 'published'
        and outlook_track.origin < outlook_model.made_at
),

track as (
    select
        count(*) filter (where kind = 'published' and inside is not null) as published,
        count(*) filter (where kind = 'published' and inside) as published_inside,
        count(*) filter (where kind = 'backtest' and inside is not null) as tried,
        count(*) filter (where kind = 'backtest' and inside) as tried_inside,
    from outlook_track
)

select
    outlook_model.basis,
    nullif(outlook_model.refusal, '') as refusal,
    outlook_model.currency,
    outlook_model.horizon_weeks,
    (outlook_model.made_at - interval 1 day)::date as known_until,
    (outlook_model.made_at + to_days(7 * outlook_model.horizon_weeks::integer))::date as closes,
    everyone.retained as now,
    everyone.lower as low,
    everyone.upper as high,
    everyone.customers as observations,
    everyone.value,
    everyone.at_risk,
    everyone.at_risk / nullif(everyone.value, 0) as share_at_risk,
    everyone.expected_ends,
    everyone.customers * (1 - everyone.upper) as ends_low,
    everyone.customers * (1 - everyone.lower) as ends_high,
    everyone.past_windows,
    earlier.retained as before,
    everyone.retained - earlier.retained as change,
    earlier.origin::date as before_on,
    track.published,
    track.published_inside,
    track.tried,
    track.tried_inside,
from outlook_model
cross join earlier
cross join track
left join outlook_groups as everyone on everyone.dimension = 'all'
