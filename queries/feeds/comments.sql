-- title: Comments
-- grain: one row a comment; kept apart, opened only by those who may
-- key: comment_id
-- not_null: comment_id, text

select
    null::varchar as comment_id,
    null::varchar as text,
    null::varchar as language,
    null::varchar as source,
    null::varchar as source_file,
    null::bigint as source_line,
    null::timestamp as exported_at,
where false
