"""Process-behaviour charts (`spc`), comparisons of two periods (`compare`), and grids of charts (`false_alarms`)."""
