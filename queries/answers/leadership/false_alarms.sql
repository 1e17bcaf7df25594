-- title: False alarms of the grid
-- question: How many of the changes that the grid calls are expected to be chance?
-- grain: one row

select
    rate,
    charts,
    called,
    controlled as expected,
    plain as expected_plain,
from grid_control
