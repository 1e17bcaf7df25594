-- title: What runs ahead
-- question: Which indicators have proven that they run ahead of loyalty, and which have failed?
-- grain: one row a candidate with observations
-- own: target
-- note: the skill is the one at the gap it leads by, or without a gap where it does not lead
-- note: naive_correlation is that of the newest reading with staying, of all candidates without a gap
-- note: placebos are tried without a gap; chance alone lets one in forty through
-- note: heading: the mean that is forecast for the coming quarter, with a 95% interval; beside it the naive forecast, and
-- note: beats_naive: the error in the past against the naive one's; above 1 the naive forecast was nearer
-- note: points_against: it foretells, but praises the readings after which customers leave

with

shown as (
    select *
    from evidence
    where gap = coalesce(lead_weeks, 0)
),

placebos as (
    select
        indicator,
        sum(placebo_rate * placebos) / nullif(sum(placebos), 0) as placebo_rate,
        sum(placebos)::bigint as placebos,
    from evidence
    where placebo_rate is not null
    group by all
),

-- The silo that stands worst against the others, by the limits of its own noise.
worst as (
    select
        trends.indicator,
        case indicators.better
            when 'higher' then min_by(trends.silo, trends.now)
            else max_by(trends.silo, trends.now)
        end as worst_silo,
        case indicators.better
            when 'higher' then min(trends.now)
            else max(trends.now)
        end as worst_now,
    from trends
    join indicators using (indicator)
    where
        trends.silo != 'All silos'
        and trends.observations_now >= 20
    group by trends.indicator, indicators.better
)

select
    shown.indicator,
    indicators.title,
    indicators.question,
    indicators.unit,
    indicators.better,
    indicators.lens,
    case
        when indicators.unit = 'money' then (select mode(currency) from loyalty where amount is not null)
    end as currency,
    shown.verdict as proof,
    shown.lead_weeks,
    shown.missing,
    shown.within as skill,
    shown.lower,
    shown.upper,
    shown.between as sorting,
    shown.origins,
    shown.origins_apart,
    shown.customers,
    shown.events,
    shown.speaks_for,
    evidence.naive_correlation,
    coalesce(shown.lower > 0 and shown.share_agreeing < 0.5, false) as points_against,
    placebos.placebo_rate,
    placebos.placebos,
    trends.now,
    trends.low,
    trends.high,
    trends.before,
    trends.observations_now as observations,
    trends.verdict,
    trends.rule,
    trends.since,
    trends.called,
    trends.target,
    trends.capability,
    trends.owner,
    trends.last_week,
    worst.worst_silo,
    worst.worst_now,
    owners.owner as worst_owner,
    quarter.value as heading,
    quarter.lower as heading_low,
    quarter.upper as heading_high,
    quarter.naive as heading_naive,
    forecast_standing.beats_naive,
from shown
join indicators using (indicator)
join evidence
    on
        evidence.indicator = shown.indicator
        and evidence.gap = 0
left join placebos using (indicator)
left join trends
    on
        trends.indicator = shown.indicator
        and trends.silo = 'All silos'
left join worst on worst.indicator = shown.indicator
left join owners
    on
        owners.indicator = shown.indicator
        and owners.silo = worst.worst_silo
left join forecasts as quarter
    on
        quarter.indicator = shown.indicator
        and quarter.silo = 'All silos'
        and quarter.target = 'quarter'
        and quarter.nominal = 95
left join forecast_standing
    on
        forecast_standing.indicator = shown.indicator
        and forecast_standing.silo = 'All silos'
order by
    shown.lead_weeks desc nulls last,
    list_position(['sorts, does not warn', 'looks back', 'cannot tell yet'], shown.verdict),
    indicators.title
