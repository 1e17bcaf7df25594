-- Rules that more than one file needs, said once. Each connection has them.

-- A list filter: nothing chosen means everything.
create or replace macro chosen(wanted, column_value) as
    coalesce(len(wanted), 0) = 0 or list_contains(wanted, column_value);

-- A period that is open where its ends are not given; half-open where they are.
create or replace macro within(moment, since, until) as
    (since is null or moment >= since) and (until is null or moment < until);

-- A UTC moment as the company's clocks show it. Days, weeks and months are cut on this one.
create or replace macro local_time(moment) as
    timezone(company_zone(), timezone('UTC', moment));

-- The Monday that begins a moment's week, by the company's clocks.
create or replace macro week_of(moment) as
    date_trunc('week', local_time(moment))::date;

-- A share, a mean or a score from exact sums; null, never 0, where nothing was observed.
create or replace macro rate(total, weight) as
    total / nullif(weight, 0);

-- An answer on any scale as 0 (worst) to 100 (best).
create or replace macro percent_of_scale(score, low, high, is_reversed) as
    case
        when coalesce(is_reversed, false) then 100e0 * (high - score) / nullif(high - low, 0)
        else 100e0 * (score - low) / nullif(high - low, 0)
    end;

-- Yes or no as an observation's value.
create or replace macro one_if(condition) as
    case when condition then 1 else 0 end;

-- How soon after a failure it should be put right: the standard of prompt recovery, and where its landmark lies.
create or replace macro recovery_standard() as
    interval 7 days;

-- When a contract falls due next: what its last two renewals (the newest first) were apart is the term; one tells none.
create or replace macro next_due(last_dues) as
    case when len(last_dues) = 2 then last_dues[1] + (last_dues[1] - last_dues[2]) end;

-- An answer of a detractor on the scale from 0 to 10.
create or replace macro is_detractor(score) as
    score <= 6;

-- A contact that is itself a complaint: the silo or the reason says so.
create or replace macro is_complaint(silo, reason) as
    lower(trim(coalesce(silo, ''))) = 'complaints' or lower(trim(coalesce(reason, ''))) in ('complaint', 'complaints');

-- What a commitment treats, held against a row: its unit, one value of each dimension that the commitment names.
create or replace macro unit_of(
    silos, silo, stages, stage, touchpoints, touchpoint, channels, channel, modes, mode, segments, segment
) as
    concat_ws(
        ' · ',
        case when silos is not null then silo end,
        case when stages is not null then stage end,
        case when touchpoints is not null then touchpoint end,
        case when channels is not null then channel end,
        case when modes is not null then mode end,
        case when segments is not null then segment end
    );

-- The same: whether the commitment treats it.
create or replace macro is_treated(
    silos, silo, stages, stage, touchpoints, touchpoint, channels, channel, modes, mode, segments, segment
) as
    chosen(silos, silo)
    and chosen(stages, stage)
    and chosen(touchpoints, touchpoint)
    and chosen(channels, channel)
    and chosen(modes, mode)
    and chosen(segments, segment);

-- The same: whether the row has a value of each dimension that the commitment names.
create or replace macro has_unit(
    silos, silo, stages, stage, touchpoints, touchpoint, channels, channel, modes, mode, segments, segment
) as
    (silos is null or silo is not null)
    and (stages is null or stage is not null)
    and (touchpoints is null or touchpoint is not null)
    and (channels is null or channel is not null)
    and (modes is null or mode is not null)
    and (segments is null or segment is not null);

-- A contact that repeats the one before it: at the same silo, within so many days. `from_silo`: of the one before.
create or replace macro is_repeat(started_at, before_at, silo, from_silo, days) as
    coalesce(before_at >= started_at - to_days(days) and from_silo = silo, false);

-- A contact that can be seen to repeat: a known customer came, of their own accord, for a reason that was noted.
create or replace macro can_repeat(customer_id, reason, initiated_by) as
    customer_id is not null and reason is not null and coalesce(initiated_by, 'customer') = 'customer';

-- How good a state is for us, best first: what is a move for the better, and what for the worse.
create or replace macro state_place(state) as
    list_position(['advocate', 'content', 'indifferent', 'silent', 'at risk', 'lapsed'], state);

-- How many people stand behind rows, as their marks tell: never more than there are, and of five nearly always all.
create or replace macro people_at_least(mark_a, mark_b, mark_c) as
    greatest(bit_count(bit_or(mark_a)), bit_count(bit_or(mark_b)), bit_count(bit_or(mark_c)))::bigint;

-- Whether nothing below the silo is chosen: then the silo's own totals answer, exact week by week.
create or replace macro none_chosen(stages, touchpoints, channels, modes, segments, regions) as
    coalesce(len(stages), 0) + coalesce(len(touchpoints), 0) + coalesce(len(channels), 0)
    + coalesce(len(modes), 0) + coalesce(len(segments), 0) + coalesce(len(regions), 0) = 0;

-- A stated sample of customers, the same at every refresh: all of them below 100,000, of more some 50,000 to 100,000.
create or replace macro in_sample(customer_id, of_customers) as
    hash(customer_id) % greatest(1, of_customers // 50000) = 0;

-- A matter that can't wait, by what its reason is called.
create or replace macro is_urgent(reason) as
    regexp_matches(lower(reason), 'outage|fault|breakdown|emergency|urgent|repair|leak|no (service|heat|power|water)');
