-- title: Comments, in Bellwether's own layout
-- tool: Bellwether, its own plain layout
-- format: csv
-- recognise: comment_id, text
-- required: comment_id, text
-- optional: language
-- note: one row a comment; surveys and interactions point at it by comment_id; opened only by those who may

-- feed: comments
select
    comment_id,
    text,
    language,
    source_line,
from export
