-- title: The outlook by group
-- question: Of whom do how many stay, and how much money may go?
-- grain: dimension (all, segment, touched_by, failed_by) and member
-- note: touched_by is the silo that dealt with a customer last, failed_by the one that failed a customer last

select
    outlook_groups.dimension,
    outlook_groups.member,
    outlook_groups.customers as observations,
    outlook_groups.retained as now,
    outlook_groups.lower as low,
    outlook_groups.upper as high,
    outlook_groups.expected_ends,
    outlook_groups.value,
    outlook_groups.at_risk,
    outlook_groups.at_risk / nullif(outlook_groups.value, 0) as share_at_risk,
    outlook_groups.past_windows,
    outlook_model.currency,
from outlook_groups
cross join outlook_model
order by
    list_position(['all', 'segment', 'touched_by', 'failed_by'], outlook_groups.dimension),
    outlook_groups.at_risk desc
