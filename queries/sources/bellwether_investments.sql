-- title: Investments, in Bellwether's own layout
-- tool: Bellwether, its own plain layout
-- format: csv
-- recognise: period, purpose, amount, currency
-- required: period, purpose, amount, currency
-- optional: silo
-- time: period
-- number: amount
-- note: one row a period, silo and purpose; the columns of the feed under its own names
-- note: period is its first day as 2026-03-01; purpose is service or product

-- feed: investments
select
    period,
    silo,
    purpose,
    amount,
    currency,
    source_line,
from export
