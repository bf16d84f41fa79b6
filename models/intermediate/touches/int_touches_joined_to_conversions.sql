-- Grain: touch × conversion.
{{ config(materialized='view') }}

select
    journey_id as conversion_id,
    touch_id,
    person_id,
    conversion_type,
    channel,
    touch_rule,
    is_direct,
    age_days,
    touched_at
from {{ ref('int_touches_joined_to_journeys') }}
where is_converted
