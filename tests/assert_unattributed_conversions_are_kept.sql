-- A conversion without touches has one unattributed row of credit 1 per method, and an empty path.
with

untouched as (
    select
        conversions.conversion_id,
        conversions.credit_conversion_type as conversion_type
    from {{ ref('int_conversions_unioned') }} as conversions
    left join {{ ref('int_touches_joined_to_conversions') }} as touched on conversions.credit_conversion_id = touched.conversion_id
    where touched.conversion_id is null
),

methods as (
    select
        conversion_type,
        count(*) as method_count
    from {{ ref('int_methods_typed') }}
    group by conversion_type
),

credited as (
    select
        conversion_id,
        count(distinct method) as method_count,
        count(*) as row_count,
        min(credit) as least_credit
    from {{ ref('fct_attribution_credits') }}
    where channel = 'Unattributed' and touch_id is null
    group by conversion_id
)

select
    untouched.conversion_id,
    credited.method_count,
    credited.row_count,
    credited.least_credit,
    paths.touch_count
from untouched
inner join methods on untouched.conversion_type = methods.conversion_type
left join credited on untouched.conversion_id = credited.conversion_id
left join {{ ref('fct_conversion_paths') }} as paths on untouched.conversion_id = paths.conversion_id
where
    credited.method_count is distinct from methods.method_count
    or credited.row_count is distinct from methods.method_count
    or credited.least_credit is distinct from 1
    or paths.touch_count is distinct from 0
