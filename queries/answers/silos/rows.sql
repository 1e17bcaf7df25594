-- title: The rows behind it
-- question: Which observations stand behind the figure, and where in which export did they come from?
-- grain: one row an observation; `list` says whether it is here as one of the latest or as one of the worst
-- over: indicator
-- note: reads `observations` (the indicator's own rows) and `origins` (their place in the exports)

with

found as (
    select
        observations.*,
        customers.segment,
    from observations
    left join customers using (customer_id)
    where
        ($since is null or observed_at >= timezone('UTC', timezone(company_zone(), $since::timestamp)))
        and ($until is null or observed_at < timezone('UTC', timezone(company_zone(), $until::timestamp)))
        and ($silo is null or silo = $silo)
        and chosen($stages, stage)
        and chosen($touchpoints, touchpoint)
        and chosen($channels, channel)
        and chosen($modes, mode)
        and chosen($segments, segment)
        and chosen($regions, region)
),

latest as (
    select
        *,
        'latest' as list,
    from found
    order by observed_at desc, row_id
    limit $rows
),

worst as (
    select
        *,
        'worst' as list,
    from found
    order by
        case when (select better from indicators where indicator = $indicator) = 'higher' then value else -value end,
        observed_at desc,
        row_id
    limit $rows
),

listed as (
    from latest
    union all
    from worst
),

places as (
    select
        row_id,
        any_value(source_file) as source_file,
        any_value(source_line) as source_line,
        any_value(about) as about,
    from origins
    where row_id in (select row_id from listed)
    group by all
)

select
    listed.list,
    local_time(listed.observed_at) as observed_at,
    listed.value as result,
    listed.customer_id,
    listed.silo,
    listed.stage,
    listed.touchpoint,
    listed.channel,
    listed.segment,
    places.about,
    listed.row_id,
    places.source_file,
    places.source_line,
    (select count(*) from found) as observations,
    (select count(distinct coalesce(customer_id, row_id)) from found) as people,
from listed
left join places using (row_id)
order by
    listed.list,
    case when listed.list = 'worst' then
        case when (select better from indicators where indicator = $indicator) = 'higher' then result else -result end
    end,
    listed.observed_at desc,
    listed.row_id
