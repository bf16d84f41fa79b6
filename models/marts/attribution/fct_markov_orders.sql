-- Grain: set of journeys (conversion type × how paths are written × segment) × order of the chain, with how well the chain of
-- four fifths of the people foretells the journeys of the others.
with

sets as (
    select distinct
        chains.path_set_number,
        chains.conversion_type,
        chains.path_rule,
        rules.path_transform,
        chains.grain,
        chains.segment_column,
        chains.segment,
        rules.minimum_age_days
    from {{ ref('int_chains') }} as chains
    inner join {{ ref('int_path_rules_typed') }} as rules
        on chains.path_rule = rules.path_rule and chains.conversion_type = rules.conversion_type
)

select
    {{ surrogate_key(['sets.conversion_type', 'sets.path_rule', 'sets.segment', 'scores.markov_order']) }} as order_score_id,
    sets.conversion_type,
    sets.path_transform,
    sets.grain,
    sets.segment_column,
    sets.segment,
    cast(sets.minimum_age_days as bigint) as minimum_age_days,
    cast(scores.markov_order as bigint) as markov_order,
    cast(scores.state_count as bigint) as state_count,
    cast(scores.held_out_journey_count as bigint) as held_out_journey_count,
    cast(scores.held_out_conversion_count as bigint) as held_out_conversion_count,
    scores.log_likelihood,
    scores.log_likelihood / nullif(scores.held_out_journey_count, 0) as log_likelihood_per_journey,
    scores.auc,
    row_number() over (partition by sets.path_set_number order by scores.log_likelihood desc, scores.markov_order asc) = 1 as is_likeliest
from sets
inner join {{ ref('int_markov_orders_scored') }} as scores on sets.path_set_number = scores.path_set_number
