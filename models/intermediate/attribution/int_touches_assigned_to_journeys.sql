-- Grain: touch × journey. Journeys of every conversion type, whether or not they converted. One that did not is known by its
-- group of types, entity and the time at which its window opened, until all its touches are together.
{{ config(materialized='view') }}

select
    journey_id,
    touch_id,
    entity_id,
    conversion_type as type_group,
    channel,
    touch_rule,
    is_direct,
    is_converted,
    touched_at,
    cast(null as timestamp) as window_opened_at
from {{ ref('int_touches_joined_to_journeys') }}
union all
select
    null as journey_id,
    touch_id,
    entity_id,
    type_group,
    channel,
    touch_rule,
    is_direct,
    false as is_converted,
    touched_at,
    window_opened_at
from {{ ref('int_touches_windowed') }}
