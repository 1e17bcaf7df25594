-- title: Origins of loyalty
-- question: In which file and line of which export does a row of the feed loyalty stand?
-- grain: one row a event

select
    event_id as row_id,
    source_file,
    source_line,
    kind as about,
from loyalty
