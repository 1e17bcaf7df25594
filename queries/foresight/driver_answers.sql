-- title: Answers that a rating may go with
-- grain: one row a response and item
-- note: as 0 (worst) to 100 (best); an item that only says whether something was praised or complained of stands at 50
-- note: where it was not mentioned, so `is_mention` tells such items apart
-- note: a stated sample of some 20,000 to 40,000 responses where there are more

with

given as (
    select *
    from surveys
    where
        score is not null
        and answered_at is not null
        and scale_max > scale_min
),

sized as (
    select count(distinct response_id) as responses
    from given
)

select
    given.source || '/' || given.response_id as response,
    given.item,
    given.customer_id,
    given.answered_at,
    percent_of_scale(given.score, given.scale_min, given.scale_max, given.scale_reversed)::double as value,
    given.scale_min = -1 and given.scale_max = 1 as is_mention,
    coalesce(given.weight, 1) as weight,
    sized.responses,
from given
cross join sized
where hash(given.response_id) % greatest(1, sized.responses // 20000) = 0
order by response, given.item
