-- title: Veldlicht's survey
-- tool: Qualtrics, the sample company's survey
-- company: Veldlicht
-- every: day
-- format: csv
-- recognise: StartDate, EndDate, Status, Progress, Finished, RecordedDate, ResponseId, Q1_NPS, Q2_CSAT, Q3_CES
-- recognise: Q4_1, Q4_2, Q4_3, Q4_4, Q4_5, Q5, survey, customer_id, silo, touchpoint, stage, channel, interaction_id
-- recognise: InvitationSentAt
-- required: ResponseId, RecordedDate
-- skip: 2 with ImportId
-- zone: stated
-- time: StartDate, EndDate, RecordedDate, InvitationSentAt
-- code: Q1_NPS as 0 / 1 / 2 / 3 / 4 / 5 / 6 / 7 / 8 / 9 / 10
-- code: Q2_CSAT as 1 / 2 / 3 / 4 / 5
-- code: Q3_CES, Q4_1, Q4_2, Q4_3, Q4_4, Q4_5 as 1 / 2 / 3 / 4 / 5 / 6 / 7
-- exported_at: RecordedDate
-- refuse: Status = 'Survey Preview' because it is a preview
-- refuse: Status = 'Spam' because the tool marked it as spam
-- refuse: EndDate < StartDate because it ends before it begins
-- note: qualtrics_responses, with the names and the scales of this survey's items

-- feed: surveys
with

answers as (
    unpivot (
        select
            * exclude (Q5),
            Q1_NPS as nps,
            Q2_CSAT as csat,
            Q3_CES as ces,
            Q4_1 as understood,
            Q4_2 as respected,
            Q4_3 as valued,
            Q4_4 as empathy,
            Q4_5 as surprised,
            case when Q5 is not null then ResponseId end as comment_id,
        from export
    )
    on nps, csat, ces, understood, respected, valued, empathy, surprised
    into name item value score
)

select
    ResponseId as response_id,
    item,
    customer_id,
    interaction_id,
    silo,
    touchpoint,
    stage,
    channel,
    InvitationSentAt as asked_at,
    RecordedDate as answered_at,
    score::integer as score,
    case when item = 'nps' then 0 else 1 end as scale_min,
    case item when 'nps' then 10 when 'csat' then 5 else 7 end as scale_max,
    comment_id,
    source_line,
from answers

-- feed: comments
select
    ResponseId as comment_id,
    Q5 as text,
    source_line,
from export
where Q5 is not null
