-- Every amount has a rate to the reporting currency. A row names the currency and the days for which one is missing.
select
    currency,
    min(converted_date) as first_missing_date,
    max(converted_date) as last_missing_date,
    count(*) as conversion_count
from {{ ref('fct_conversions') }}
where amount is not null and reporting_amount is null
group by currency
