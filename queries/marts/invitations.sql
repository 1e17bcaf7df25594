-- title: Invitations
-- grain: one row an invitation to a survey, answered or not
-- month: asked_at
-- note: the wanted item is the one that most answers to a named contact hold (csat where two hold as many)
-- note: said is the answer to it, 0 to 100; of a survey that doesn't ask it, the mean of all its items
-- note: an answer whose invitation is not on record stands as its own invitation
-- note: a survey whose items nobody ever left open has no invitations on record: it tells nothing of who stays silent
-- note: is_known says whether it is settled that no answer came: two weeks after it was sent

with

named as (
    select
        surveys.item,
        count(*) as answers,
    from surveys
    semi join interactions using (interaction_id)
    where percent_of_scale(surveys.score, surveys.scale_min, surveys.scale_max, surveys.scale_reversed) is not null
    group by all
),

wanted as (
    select item
    from named
    order by answers desc, item != 'csat', item
    limit 1
),

open_items as (
    select
        item,
        bool_or(score is null) as is_left_open,
        bool_or(bool_or(score is null)) over () as is_any_left_open,
    from surveys
    group by all
),

marked as (
    select
        surveys.*,
        is_left_open or not is_any_left_open as tells_of_silence,
        coalesce(surveys.item = wanted.item, false) as is_wanted,
        percent_of_scale(score, scale_min, scale_max, scale_reversed) as percent,
    from surveys
    join open_items using (item)
    left join wanted on true
),

grouped as (
    select
        source,
        response_id,
        max(customer_id) as customer_id,
        max(interaction_id) as interaction_id,
        max(silo) as silo,
        max(touchpoint) as touchpoint,
        max(channel) as channel,
        max(case when is_wanted then item end) as item,
        bool_or(is_wanted) as is_wanted,
        min(coalesce(asked_at, answered_at)) as asked_at,
        min(case when score is not null then answered_at end) as answered_at,
        avg(case when is_wanted then percent end) as said_wanted,
        avg(percent) as said_at_all,
        max(exported_at) as exported_at,
    from marked
    group by all
    having bool_or(tells_of_silence)
)

select
    * exclude (said_wanted, said_at_all),
    case when answered_at is not null then case when is_wanted then said_wanted else said_at_all end end as said,
    answered_at is not null or coalesce(asked_at + interval 14 days <= exported_at, true) as is_known,
from grouped
where asked_at is not null
