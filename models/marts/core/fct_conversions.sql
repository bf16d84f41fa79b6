-- Grain: conversion. Those without any touch are here too.
with

touched as (
    select
        conversion_id,
        min(touch_rule) as touch_rule,
        count(*) as touch_count
    from {{ ref('int_touches_joined_to_conversions') }}
    group by conversion_id
)

select
    conversions.conversion_id,
    conversions.person_id,
    conversions.account_id,
    conversions.opportunity_id,
    conversions.origin_id,
    conversions.original_conversion_id,
    conversions.conversion_type,
    touched.touch_rule,
    conversions.currency,
    conversions.amount,
    conversions.reporting_amount,
    coalesce(touched.touch_count, 0) as touch_count,
    started.conversion_id is not null as is_new_customer,
    cast(conversions.converted_at as date) as converted_date,
    conversions.converted_at
from {{ ref('int_conversions_unioned') }} as conversions
left join touched on conversions.credit_conversion_id = touched.conversion_id
left join {{ ref('int_customers_started') }} as started on conversions.conversion_id = started.conversion_id
