-- title: Intimacy said and done
-- question: What do customers say, what did we do, and where do the two part?
-- grain: silo

select *
from intimacy_gaps
order by
    beyond desc nulls last,
    silo
