-- Grain: touch × journey. Journeys of every conversion type, whether or not they converted.
{{ config(materialized='view') }}

select
    journey_id,
    touch_id,
    person_id,
    entity_id,
    conversion_type,
    channel,
    touch_rule,
    age_days,
    is_direct,
    is_converted,
    touched_at,
    cast(null as timestamp) as window_ended_at
from {{ ref('int_touches_joined_to_journeys') }}
union all
select
    journey_id,
    touch_id,
    person_id,
    entity_id,
    conversion_type,
    channel,
    touch_rule,
    null as age_days,
    is_direct,
    false as is_converted,
    touched_at,
    window_ended_at
from {{ ref('int_touches_windowed') }}
