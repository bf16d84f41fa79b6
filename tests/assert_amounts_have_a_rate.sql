-- Every amount and every cost has a rate to the reporting currency. A row names the currency and the days for which one is
-- missing: land exchange_rates for them, or correct the record.
with

amounts as (
    select
        'conversions' as amount_of,
        currency,
        converted_date as amount_date
    from {{ ref('fct_conversions') }}
    where amount is not null and reporting_amount is null
    union all
    select
        'opportunities' as amount_of,
        currency,
        cast(created_at as date) as amount_date
    from {{ ref('fct_opportunities') }}
    where amount is not null and (reporting_amount is null or (is_won and won_amount is null))
    union all
    select
        'opportunity history' as amount_of,
        currency,
        cast(valid_from as date) as amount_date
    from {{ ref('fct_opportunity_history') }}
    where amount is not null and reporting_amount is null
    union all
    select
        'spend' as amount_of,
        currency,
        spend_date as amount_date
    from {{ ref('fct_ad_spend') }}
    where cost is not null and spend_amount is null
)

select
    currency,
    amount_of,
    min(amount_date) as first_missing_date,
    max(amount_date) as last_missing_date,
    count(*) as row_count
from amounts
group by currency, amount_of
