-- For each conversion type a touch is on the paths of the conversions and opportunities that it counts for, or else on one
-- journey that did not convert: never on both kinds, never on none. What takes another back has no journeys.
with

expected as (
    select
        touches.touch_id,
        conversion_types.conversion_type
    from {{ ref('fct_touches') }} as touches
    cross join {{ ref('conversion_types') }} as conversion_types
    where conversion_types.source not in ('refund', 'credit_note')
),

counted as (
    select
        touch_id,
        conversion_type,
        count(*) as journey_count
    from {{ ref('int_touches_joined_to_journeys') }}
    group by touch_id, conversion_type
),

assigned as (
    select
        touch_id,
        conversion_type,
        count(*) as journey_count,
        count(distinct journey_id) as different_journey_count
    from {{ ref('int_touches_assigned_to_journeys') }}
    group by touch_id, conversion_type
)

select
    expected.touch_id,
    expected.conversion_type,
    assigned.journey_count
from expected
left join assigned on expected.touch_id = assigned.touch_id and expected.conversion_type = assigned.conversion_type
left join counted on expected.touch_id = counted.touch_id and expected.conversion_type = counted.conversion_type
where
    assigned.journey_count is distinct from coalesce(counted.journey_count, 1)
    or assigned.different_journey_count is distinct from assigned.journey_count
