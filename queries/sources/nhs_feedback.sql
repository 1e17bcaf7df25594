-- title: NHS Friends and Family Test, comments with themes
-- tool: Nottinghamshire Healthcare and North East Ambulance, labelled patient feedback
-- format: csv
-- recognise: Comment ID, Trust, Respondent ID, Date, Service type 1, FFT categorical answer, Comment sentiment
-- required: Comment ID, Respondent ID, Date
-- time: Date as %d/%m/%Y | %m/%d/%Y
-- code: FFT categorical answer as 1 / 2 / 3 / 4 / 5 / 6 / 7
-- code: Comment sentiment as 1 / 2 / 3 / 4 / 5
-- text: Comment ID, Trust, Respondent ID, Service type 1, Service type 2, FFT question, FFT answer
-- exported_at: Date
-- note: the question is the Friends and Family Test: 1 is very good, 5 very poor; 6 (don't know) and 7 say nothing
-- note: one row a comment; the comments of one respondent are one response, dated as the later of two readings of its day
-- note: days are written day first, or month first where that is the only way to read them
-- note: a theme's score is -1 where it was complained of, 1 where it was praised, 0 where it was merely mentioned
-- note: the sentiment is the comment's, so all its themes share it; themes of fewer than 100 comments are left out
-- note: respondents are anonymous, so nothing about loyalty follows

-- feed: surveys
with

responses as (
    select
        "Respondent ID" as response_id,
        max("Date") + interval 12 hours as answered_at,
        any_value(trim(replace("Service type 1", chr(160), ''))) as service,
        any_value(trim("Service type 2")) as part,
        min(case when "FFT categorical answer" in ('1', '2', '3', '4', '5') then "FFT categorical answer"::integer end)
            as answer,
        min(source_line) as source_line,
    from export
    group by "Respondent ID"
),

tones as (
    select
        *,
        case
            when "Comment sentiment" in ('1', '2') then 1
            when "Comment sentiment" in ('4', '5') then -1
            when "Comment sentiment" = '3' then 0
        end as tone,
    from export
),

themes as (
    unpivot (
        select
            "Respondent ID" as response_id,
            tone,
            "Staff manner & personal attributes" as staff_manner,
            "Timeliness of care" as timeliness,
            "Staff listening, understanding & involving patients" as staff_listening,
            "Contacting services" as contacting_services,
            "Transport to/ from services" as transport,
            "Information directly from staff during care" as information_in_care,
            "Appointment arrangements" as appointments,
            "Impact of treatment/ care" as impact_of_care,
            "Being kept informed, clarity & consistency of information" as kept_informed,
            "Number & deployment of staff" as number_of_staff,
            "Competence & training" as competence,
            "Activities & access to fresh air" as activities,
            "Referals & continuity of care" as continuity,
            "Diagnosis & triage" as diagnosis,
            "Staff responsiveness" as staff_responsiveness,
            "Food & drink provision & facilities" as food,
            "Information provision & guidance" as guidance,
        from tones
        where tone is not null
    )
    on columns(* exclude (response_id, tone))
    into name item value mentioned
),

scores as (
    select
        response_id,
        item,
        sign(avg(tone)) as score,
        -1 as scale_min,
        1 as scale_max,
        false as scale_reversed,
    from themes
    where mentioned = '1'
    group by
        response_id,
        item
    union all by name
    select
        response_id,
        'csat' as item,
        answer as score,
        1 as scale_min,
        5 as scale_max,
        true as scale_reversed,
    from responses
    where answer is not null
)

select
    scores.*,
    response_id as customer_id,
    case when service not in ('', 'Unknown') then service else 'Not named' end as silo,
    coalesce(nullif(part, ''), service, 'Service') as touchpoint,
    'use' as stage,
    'form' as channel,
    responses.answered_at,
    responses.source_line,
from scores
join responses using (response_id)

-- feed: comments
select
    "Comment ID" as comment_id,
    "FFT answer" as text,
    'en' as language,
    source_line,
from export
where "FFT answer" not in ('', 'Did not answer')
