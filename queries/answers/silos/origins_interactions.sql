-- title: Origins of interactions
-- question: In which file and line of which export does a row of the feed interactions stand?
-- grain: one row a interaction

select
    interaction_id as row_id,
    source_file,
    source_line,
    reason as about,
from interactions
