-- Grain: chain of journeys: conversion type × method made from journeys × segment. Python models know it by its number.
with

sets as (
    select distinct
        path_set_number,
        conversion_type,
        path_rule,
        segment
    from {{ ref('int_journeys_aggregated_to_paths') }}
    where replicate_number = 0
)

select
    row_number() over (order by sets.conversion_type, methods.method, sets.segment) as chain_number,
    sets.path_set_number,
    sets.conversion_type,
    sets.path_rule,
    sets.segment,
    methods.method,
    methods.family,
    methods.grain,
    methods.segment_column,
    methods.markov_order,
    methods.random_seed,
    methods.bootstrap_replicates
from sets
inner join {{ ref('int_methods_pathed') }} as methods on sets.path_rule = methods.path_rule
inner join {{ ref('int_methods_typed') }} as typed
    on sets.conversion_type = typed.conversion_type and methods.method = typed.method
