-- title: What matters most
-- question: What does the outcome go with most, how well do we do there, and who answers for it?
-- grain: model and driver, the most important first
-- note: important: a larger share than if all were alike; well: at or above the mean of the model's drivers
-- note: clear: the interval of the share leaves out what it would be if all were alike

with

measured_by as (
    select
        unnest(
            [
                { 'driver': 'late_answer', 'indicator': 'answered_promptly' },
                { 'driver': 'late_answers', 'indicator': 'answered_promptly' },
                { 'driver': 'not_recognised', 'indicator': 'recognised' },
                { 'driver': 'broken_promise', 'indicator': 'promise_kept' },
                { 'driver': 'broken_promises', 'indicator': 'promise_kept' },
                { 'driver': 'transferred', 'indicator': 'first_time_right' },
                { 'driver': 'reopened', 'indicator': 'first_time_right' },
                { 'driver': 'transferred_or_reopened', 'indicator': 'first_time_right' },
                { 'driver': 'asked_again', 'indicator': 'effort' },
                { 'driver': 'handed_over', 'indicator': 'hand_off_held' },
                { 'driver': 'broken_hand_offs', 'indicator': 'hand_off_held' },
                { 'driver': 'digital_had_failed', 'indicator': 'digital_resolution' },
                { 'driver': 'not_right_after_digital_failure', 'indicator': 'right_after_digital_failure' },
                { 'driver': 'switching_signals', 'indicator': 'switching_signal' },
                { 'driver': 'third_party', 'indicator': 'third_party_exposure' },
                { 'driver': 'ces', 'indicator': 'easy' },
                { 'driver': 'csat', 'indicator': 'satisfied' },
                { 'driver': 'nps', 'indicator': 'net_promoter' },
                { 'driver': 'understood', 'indicator': 'intimacy_said' },
                { 'driver': 'respected', 'indicator': 'intimacy_said' },
                { 'driver': 'valued', 'indicator': 'intimacy_said' },
                { 'driver': 'empathy', 'indicator': 'intimacy_said' },
                { 'driver': 'surprised', 'indicator': 'intimacy_said' }
            ],
            recursive := true
        ),
),

owned as (
    select
        indicator,
        list(distinct owner order by owner) as people,
    from owners
    where owner is not null
    group by indicator
),

asked_by as (
    select
        surveys.item as driver,
        any_value(surveys.silo) as silo,
        any_value(silos.leader) as leader,
    from surveys
    left join silos on surveys.silo = silos.silo
    where surveys.silo is not null
    group by surveys.item
    having count(distinct surveys.silo) = 1
),

placed as (
    select
        drivers.*,
        1 / count(*) over of_model as even_share,
        avg(drivers.value) over of_model as even_value,
    from drivers
    window of_model as (partition by drivers.model)
)

select
    placed.*,
    measured_by.indicator,
    indicators.title as indicator_title,
    asked_by.silo,
    coalesce(owned.people, case when asked_by.leader is not null then [asked_by.leader] end) as people_in_charge,
    placed.share_low > placed.even_share or placed.share_high < placed.even_share as is_clear,
    case
        when placed.share >= placed.even_share and placed.value < placed.even_value then 'fix first'
        when placed.share >= placed.even_share then 'keep it up'
        when placed.value < placed.even_value then 'watch'
        else 'leave as it is'
    end as quadrant,
from placed
left join measured_by on placed.driver = measured_by.driver
left join indicators on measured_by.indicator = indicators.indicator
left join owned on measured_by.indicator = owned.indicator
left join asked_by on placed.driver = asked_by.driver
order by
    placed.model,
    placed.rank
