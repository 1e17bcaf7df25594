"""A source for an export that nobody has described yet: looked at, typed, mapped, and tried before it is written.

found = looking.look(file)            the cells, as text
columns = typing.types(found)         how each column is written, and how sure that is
plan = matching.match(columns, feeds) which feed it fills, and from which columns
text = writing.source(name, plan)     the file for queries/sources/
preview.preview(...)                  what a refresh would accept and quarantine
"""
