-- title: Origins of investments
-- question: In which file and line of which export does a row of the feed investments stand?
-- grain: one row a period and purpose

select
    strftime(period, '%Y-%m') || ' ' || coalesce(silo, '') || ' ' || purpose as row_id,
    source_file,
    source_line,
    purpose as about,
from investments
