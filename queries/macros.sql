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
