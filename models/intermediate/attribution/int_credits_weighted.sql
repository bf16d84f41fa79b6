-- Grain: conversion × touch × method with weight. Where a conversion lacks a milestone of a method, or none of its touches has
-- an effect by it, the nearest fallback that it can have stands in, and applied_method says so.
{{ config(materialized='view') }}

with

weighted as (
    {% for family in ['positional', 'time_decay', 'milestone', 'data_driven'] %}
        select * from {{ ref('int_credits_' ~ family) }}
        where weight > 0 and {{ in_part('conversion_id', of='int_credits_normalised') }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

complete as (
    select distinct
        conversion_id,
        method
    from weighted
),

fallen_back as (
    select
        complete.conversion_id,
        fallbacks.method,
        fallbacks.applied_method
    from complete
    inner join {{ ref('int_methods_fallen_back') }} as fallbacks on complete.method = fallbacks.applied_method
    left join complete as own on complete.conversion_id = own.conversion_id and fallbacks.method = own.method
    where own.conversion_id is null
    qualify row_number() over (partition by complete.conversion_id, fallbacks.method order by fallbacks.distance) = 1
)

select
    conversion_id,
    touch_id,
    method,
    method as applied_method,
    position,
    touch_count,
    age_days,
    weight
from weighted
union all
select
    weighted.conversion_id,
    weighted.touch_id,
    fallen_back.method,
    fallen_back.applied_method,
    weighted.position,
    weighted.touch_count,
    weighted.age_days,
    weighted.weight
from fallen_back
inner join weighted on fallen_back.conversion_id = weighted.conversion_id and fallen_back.applied_method = weighted.method
