-- For every conversion and every method of its type the credits sum to 1, and no other method divides it.
with

expected as (
    select
        conversions.conversion_id,
        methods.method
    from {{ ref('int_conversions_unioned') }} as conversions
    inner join {{ ref('int_methods_typed') }} as methods on conversions.credit_conversion_type = methods.conversion_type
),

credited as (
    select
        conversion_id,
        method,
        sum(credit) as credit
    from {{ ref('fct_attribution_credits') }}
    group by conversion_id, method
)

select
    coalesce(expected.conversion_id, credited.conversion_id) as conversion_id,
    coalesce(expected.method, credited.method) as method,
    credited.credit
from expected
full outer join credited on expected.conversion_id = credited.conversion_id and expected.method = credited.method
where
    expected.conversion_id is null
    or (abs(credited.credit - 1) <= 0.000000001) is distinct from true
