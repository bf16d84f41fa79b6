-- Grain: conversion × touch × time-decay method.
{{ config(materialized='view') }}

select
    positioned.conversion_id,
    positioned.touch_id,
    methods.method,
    positioned.position,
    positioned.touch_count,
    positioned.age_days,
    power(2.0, -positioned.age_days / methods.half_life_days) as weight
from {{ ref('int_touches_positioned') }} as positioned
inner join {{ ref('attribution_methods') }} as methods on positioned.is_direct_excluded = methods.is_direct_excluded
where methods.family = 'time_decay'
