-- Grain: conversion × touch × method with weight. Where a conversion lacks a milestone of a method, the nearest fallback that it
-- can have stands in, and applied_method says so.
with

weighted as (
    {% for family in ['positional', 'time_decay', 'milestone'] %}
        select * from {{ ref('int_credits_' ~ family) }}
        where weight > 0
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

touched as (
    select distinct conversion_id from {{ ref('int_touches_joined_to_conversions') }}
),

complete as (
    select distinct
        conversion_id,
        method
    from {{ ref('int_credits_milestone') }}
),

stand_ins as (
    select
        conversion_id,
        method
    from complete
    union all
    select
        touched.conversion_id,
        methods.method
    from touched
    cross join {{ ref('attribution_methods') }} as methods
    where methods.family != 'milestone'
),

fallen_back as (
    select
        stand_ins.conversion_id,
        fallbacks.method,
        fallbacks.applied_method
    from stand_ins
    inner join {{ ref('int_methods_fallen_back') }} as fallbacks on stand_ins.method = fallbacks.applied_method
    left join complete on stand_ins.conversion_id = complete.conversion_id and fallbacks.method = complete.method
    where complete.conversion_id is null
    qualify row_number() over (partition by stand_ins.conversion_id, fallbacks.method order by fallbacks.distance) = 1
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
