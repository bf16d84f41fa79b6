-- Grain: conversion × touch × method made from journeys. A touch weighs what its channel's effect is in the chain.
with

positioned as (
    select
        path_rule,
        journey_id,
        touch_id,
        conversion_type,
        state_number,
        row_number() over (partition by path_rule, journey_id order by touched_at, touch_id) as position,
        count(*) over (partition by path_rule, journey_id) as touch_count,
        age_days
    from {{ ref('int_touches_transformed') }}
    where is_converted
)

select
    positioned.journey_id as conversion_id,
    positioned.touch_id,
    chains.method,
    positioned.position,
    positioned.touch_count,
    positioned.age_days,
    effects.effect as weight
from positioned
inner join {{ ref('int_journeys_pathed') }} as pathed
    on positioned.path_rule = pathed.path_rule and positioned.journey_id = pathed.journey_id
inner join {{ ref('int_chains') }} as chains
    on
        positioned.path_rule = chains.path_rule
        and positioned.conversion_type = chains.conversion_type
        and pathed.segment = chains.segment
inner join {{ ref('int_effects_unioned') }} as effects
    on chains.chain_number = effects.chain_number and positioned.state_number = effects.state_number
where effects.replicate_number = 0
