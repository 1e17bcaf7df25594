-- title: Origins of surveys
-- question: In which file and line of which export does a row of the feed surveys stand?
-- grain: one row a answer

select
    response_id as row_id,
    source_file,
    source_line,
    item as about,
from surveys
