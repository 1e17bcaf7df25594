-- title: Whether there are segments
-- question: Were segments found, and if not, what speaks against them?
-- grain: a number of groups that was tried; one row without groups where none was

select
    segment_verdict.customers,
    segment_verdict.groups as found,
    segment_verdict.why,
    segment_verdict.agreement,
    segment_verdict.kept_names,
    segment_search.groups,
    segment_search.stability,
    segment_search.gap,
    segment_search.kept,
from segment_verdict
left join segment_search on true
order by segment_search.groups
