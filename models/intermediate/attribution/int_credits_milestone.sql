-- Grain: conversion × touch × milestone method, where the conversion has every milestone of the method. Milestones on one touch
-- add up; the touches that are none share the rest.
{{ config(materialized='view') }}

with

weights as (
    {% for milestone, column in [('first', 'first_weight'), ('lead', 'lead_weight'), ('opportunity', 'opportunity_weight'), ('close', 'last_weight')] %}
        select
            method,
            is_direct_excluded,
            '{{ milestone }}' as milestone,
            {{ column }} as weight
        from {{ ref('attribution_methods') }}
        where family = 'milestone' and {{ column }} > 0
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

required as (
    select
        method,
        count(*) as milestone_count
    from weights
    group by method
),

reached as (
    select
        touches.conversion_id,
        weights.method,
        touches.touch_id,
        weights.weight
    from {{ ref('int_touches_at_milestones') }} as touches
    inner join weights on touches.milestone = weights.milestone and touches.is_direct_excluded = weights.is_direct_excluded
),

complete as (
    select
        reached.conversion_id,
        reached.method,
        count(distinct reached.touch_id) as milestone_touch_count
    from reached
    inner join required on reached.method = required.method
    group by reached.conversion_id, reached.method, required.milestone_count
    having count(*) = required.milestone_count
),

summed as (
    select
        conversion_id,
        method,
        touch_id,
        sum(cast(weight as decimal(9, 6))) as weight
    from reached
    group by conversion_id, method, touch_id
)

select
    positioned.conversion_id,
    positioned.touch_id,
    methods.method,
    positioned.position,
    positioned.touch_count,
    positioned.age_days,
    coalesce(cast(summed.weight as double), methods.middle_weight / nullif(positioned.touch_count - complete.milestone_touch_count, 0)) as weight
from complete
inner join {{ ref('attribution_methods') }} as methods on complete.method = methods.method
inner join {{ ref('int_touches_positioned') }} as positioned
    on complete.conversion_id = positioned.conversion_id and methods.is_direct_excluded = positioned.is_direct_excluded
left join summed
    on
        complete.conversion_id = summed.conversion_id
        and complete.method = summed.method
        and positioned.touch_id = summed.touch_id
