-- title: Origins of customers
-- question: In which file and line of which export does a row of the feed customers stand?
-- grain: one row a customer

select
    customer_id as row_id,
    source_file,
    source_line,
    kind as about,
from customers
