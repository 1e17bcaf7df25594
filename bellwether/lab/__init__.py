"""The lab: an analyst's own SELECT, asked in a process of its own, answered for groups of people."""
