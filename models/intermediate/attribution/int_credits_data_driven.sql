-- Grain: conversion × touch × method made from journeys. A touch weighs what its channel's effect is in the chain.
{{ config(materialized='view') }}

with

numbered as (
    select
        conversion_id,
        touch_id,
        row_number() over (partition by conversion_id order by touched_at, touch_id) as whole_position,
        age_days
    from {{ ref('int_touches_joined_to_conversions') }}
),

chained as (
    select
        pathed.journey_id,
        pathed.whole_path,
        chains.chain_number,
        chains.method,
        methods.path_transform,
        methods.grain
    from {{ ref('int_journeys_pathed') }} as pathed
    inner join {{ ref('int_chains') }} as chains
        on pathed.path_rule = chains.path_rule and pathed.type_group = chains.conversion_type and pathed.segment = chains.segment
    inner join {{ ref('int_methods_pathed') }} as methods on chains.method = methods.method
    where pathed.is_converted
)

select
    numbered.conversion_id,
    numbered.touch_id,
    chained.method,
    transformed.position,
    transformed.touch_count,
    numbered.age_days,
    effects.effect as weight
from chained
inner join {{ ref('int_paths_transformed') }} as transformed
    on
        chained.grain = transformed.grain
        and chained.path_transform = transformed.path_transform
        and chained.whole_path = transformed.whole_path
inner join numbered on chained.journey_id = numbered.conversion_id and transformed.whole_position = numbered.whole_position
inner join {{ ref('int_effects_unioned') }} as effects
    on chained.chain_number = effects.chain_number and transformed.state_number = effects.state_number
where effects.replicate_number = 0
