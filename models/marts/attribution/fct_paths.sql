-- Grain: conversion type × distinct path of channels, repeats included. Journeys that converted and those that did not.
with

paths as (
    select paths.*
    from {{ ref('int_journeys_aggregated_to_paths') }} as paths
    inner join {{ ref('int_path_rules_typed') }} as rules
        on paths.path_rule = rules.path_rule and paths.conversion_type = rules.conversion_type
    where rules.is_plain and paths.replicate_number = 0
),

examples as (
    select
        touches.journey_id,
        {{ list_agg_ordered('touches.channel', 'touches.touched_at, touches.touch_id') }} as channels,
        {{ dbt.listagg(
            "cast(length(touches.channel) as varchar) || ':' || touches.channel", "''",
            "order by touches.touched_at, touches.touch_id"
        ) }} as path_key,
        count(*) as touch_count
    from paths
    inner join {{ ref('int_touches_assigned_to_journeys') }} as touches on paths.example_journey_id = touches.journey_id
    group by touches.journey_id
)

select
    {{ surrogate_key(['paths.conversion_type', 'examples.path_key']) }} as path_id,
    paths.conversion_type,
    examples.channels,
    examples.touch_count,
    paths.journey_count,
    paths.conversion_count,
    cast(paths.conversion_count as double) / paths.journey_count as conversion_rate,
    cast(paths.amount as decimal(18, 2)) as amount
from paths
inner join examples on paths.example_journey_id = examples.journey_id
