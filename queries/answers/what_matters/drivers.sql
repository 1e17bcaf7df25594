-- title: What matters most
-- question: What does the outcome go with most, how well do we do there, and who answers for it?
-- grain: model and driver, the most important first
-- note: important: a larger share than if all were alike; well: at or above the mean of the model's drivers
-- note: clear: the interval of the share leaves out what it would be if all were alike

with

measured_by (driver, indicator) as (
    values
        ('late_answer', 'answered_promptly'),
        ('late_answers', 'answered_promptly'),
        ('not_recognised', 'recognised'),
        ('broken_promise', 'promise_kept'),
        ('broken_promises', 'promise_kept'),
        ('transferred', 'first_time_right'),
        ('reopened', 'first_time_right'),
        ('transferred_or_reopened', 'first_time_right'),
        ('asked_again', 'effort'),
        ('handed_over', 'hand_off_held'),
        ('broken_hand_offs', 'hand_off_held'),
        ('digital_had_failed', 'digital_resolution'),
        ('not_right_after_digital_failure', 'right_after_digital_failure'),
        ('switching_signals', 'switching_signal'),
        ('third_party', 'third_party_exposure'),
        ('ces', 'easy'),
        ('csat', 'satisfied'),
        ('nps', 'net_promoter'),
        ('understood', 'intimacy_said'),
        ('respected', 'intimacy_said'),
        ('valued', 'intimacy_said'),
        ('empathy', 'intimacy_said'),
        ('surprised', 'intimacy_said')
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
