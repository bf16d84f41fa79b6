-- Grain: conversion × touch × positional method. One touch takes all; two share first to last in proportion.
{{ config(materialized='view') }}

select
    positioned.conversion_id,
    positioned.touch_id,
    methods.method,
    positioned.position,
    positioned.touch_count,
    positioned.age_days,
    case
        when methods.first_weight is null or positioned.touch_count = 1 then 1.0
        when positioned.position = 1 then methods.first_weight
        when positioned.position = positioned.touch_count then methods.last_weight
        else methods.middle_weight / (positioned.touch_count - 2)
    end as weight
from {{ ref('int_touches_positioned') }} as positioned
inner join {{ ref('attribution_methods') }} as methods on positioned.is_direct_excluded = methods.is_direct_excluded
where methods.family = 'positional'
