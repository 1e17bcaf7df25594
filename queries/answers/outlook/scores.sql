-- title: How the weekly forecasts have done
-- question: How often did what happened lie inside the interval, and did the forecast beat the naive one?
-- grain: kind, target and nominal share inside
-- note: published forecasts and those of a backtest are never counted together

select
    kind,
    target,
    nominal,
    count(*)::bigint as series,
    sum(with_interval)::bigint as with_interval,
    sum(inside)::bigint as inside,
    sum(inside) / nullif(sum(with_interval), 0) as share_inside,
    count(*) filter (where beats_naive < 1)::bigint as beating,
    count(*) filter (where beats_naive is not null)::bigint as compared,
    median(beats_naive) as beats_naive,
    count(*) filter (where verdict = 'keeps its word')::bigint as keeping,
    count(*) filter (where verdict = 'too narrow')::bigint as narrow,
    count(*) filter (where verdict = 'too wide')::bigint as wide,
    count(*) filter (where verdict = 'cannot tell yet')::bigint as untold,
from forecast_scores
group by
    kind,
    target,
    nominal
having sum(with_interval) > 0
order by
    kind desc,
    target desc,
    nominal
