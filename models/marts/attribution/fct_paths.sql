-- Grain: conversion type × distinct path of channels, repeats included. Journeys that converted and those that did not.
with

channels as (
    select
        transformed.whole_path,
        {{ list_agg_ordered('states.state', 'transformed.position') }} as channels,
        {{ dbt.listagg("cast(length(states.state) as varchar) || ':' || states.state", "''", "order by transformed.position") }} as path_key,
        count(*) as touch_count
    from {{ ref('int_paths_transformed') }} as transformed
    inner join {{ ref('int_states_numbered') }} as states
        on transformed.grain = states.grain and transformed.state_number = states.state_number
    where transformed.path_transform = 'as_is' and transformed.grain = 'channel'
    group by transformed.whole_path
),

examples as (
    select
        path,
        min(whole_path) as whole_path
    from {{ ref('int_paths_written') }}
    where path_transform = 'as_is' and grain = 'channel'
    group by path
)

select
    {{ surrogate_key(['paths.conversion_type', 'channels.path_key']) }} as path_id,
    paths.conversion_type,
    channels.channels,
    channels.touch_count,
    paths.journey_count,
    paths.conversion_count,
    cast(paths.conversion_count as double) / paths.journey_count as conversion_rate,
    cast(paths.amount as decimal(18, 2)) as amount
from {{ ref('int_journeys_aggregated_to_paths') }} as paths
inner join {{ ref('int_path_rules_typed') }} as rules
    on paths.path_rule = rules.path_rule and paths.conversion_type = rules.conversion_type
inner join examples on paths.path = examples.path
inner join channels on examples.whole_path = channels.whole_path
where rules.is_plain and paths.replicate_number = 0
