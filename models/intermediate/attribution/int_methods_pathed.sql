-- Grain: method that is made from journeys, with the rule by which their paths are written. The plain rule, of no method, is
-- always there: marts show its paths.
with

methods as (
    select
        method,
        family,
        path_transform,
        grain,
        segment_column,
        minimum_age_days,
        markov_order,
        random_seed,
        bootstrap_replicates
    from {{ ref('attribution_methods') }}
    where family in ('markov', 'shapley')
    union all
    select
        null as method,
        null as family,
        'as_is' as path_transform,
        'channel' as grain,
        null as segment_column,
        null as minimum_age_days,
        null as markov_order,
        0 as random_seed,
        0 as bootstrap_replicates
)

select
    method,
    {{ surrogate_key(['path_transform', 'grain', 'segment_column', 'minimum_age_days', 'random_seed']) }} as path_rule,
    family,
    path_transform,
    grain,
    segment_column,
    minimum_age_days,
    markov_order,
    random_seed,
    bootstrap_replicates
from methods
