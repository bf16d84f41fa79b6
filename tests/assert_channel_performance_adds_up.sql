-- Channel performance loses no conversion and no cent, whichever method one reads it by.
with

expected as (
    select
        methods.method,
        conversions.conversion_type,
        count(*) as credits,
        sum(conversions.reporting_amount) as amount
    from {{ ref('fct_conversions') }} as conversions
    cross join {{ ref('attribution_methods') }} as methods
    group by methods.method, conversions.conversion_type
),

found as (
    select
        method,
        conversion_type,
        sum(credits) as credits,
        sum(amount) as amount
    from {{ ref('fct_channel_performance') }}
    group by method, conversion_type
)

select
    coalesce(expected.method, found.method) as method,
    coalesce(expected.conversion_type, found.conversion_type) as conversion_type,
    expected.credits as expected_credits,
    found.credits,
    expected.amount as expected_amount,
    found.amount
from expected
full outer join found on expected.method = found.method and expected.conversion_type = found.conversion_type
where
    (abs(expected.credits - found.credits) <= 0.000001) is distinct from true
    or expected.amount is distinct from found.amount
