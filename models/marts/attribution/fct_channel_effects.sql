-- Grain: chain of journeys (conversion type × method × segment) × channel, or campaign where the method asks for campaigns. The
-- shares of a chain sum to 1. Never add methods together.
with

sets as (
    select
        path_set_number,
        sum(journey_count) as journey_count,
        sum(conversion_count) as conversion_count
    from {{ ref('int_journeys_aggregated_to_paths') }}
    where replicate_number = 0
    group by path_set_number
),

named as (   -- A touch that names no campaign stands for its channel.
    select
        states.grain,
        states.state,
        case when dim_campaigns.campaign_key is null then states.state end as channel,
        dim_campaigns.campaign_key
    from {{ ref('int_states_numbered') }} as states
    left join {{ ref('dim_campaigns') }} as dim_campaigns on states.grain = 'campaign' and states.state = dim_campaigns.campaign_key
)

select
    {{ surrogate_key(['chains.conversion_type', 'chains.method', 'chains.segment', 'effects.state']) }} as channel_effect_id,
    named.campaign_key,
    chains.conversion_type,
    chains.method,
    chains.segment_column,
    chains.segment,
    named.channel,
    cast(chains.markov_order as bigint) as markov_order,
    cast(sets.journey_count as bigint) as journey_count,
    cast(sets.conversion_count as bigint) as conversion_count,
    coalesce(open_sets.open_journey_count, 0) as open_journey_count,
    cast(coalesce(bounds.replicate_count, 0) as bigint) as replicate_count,
    effects.conversion_probability,
    effects.effect,
    effects.standard_error,
    effects.effect_share,
    bounds.effect_share_low,
    bounds.effect_share_high,
    effects.effect_share * cast(sets.conversion_count as double) as conversion_credits,
    scores.log_likelihood,
    scores.auc
from {{ ref('int_effects_unioned') }} as effects
inner join {{ ref('int_chains') }} as chains on effects.chain_number = chains.chain_number
inner join sets on chains.path_set_number = sets.path_set_number
inner join named on chains.grain = named.grain and effects.state = named.state
left join {{ ref('int_open_journeys_counted') }} as open_sets
    on
        chains.conversion_type = open_sets.conversion_type
        and chains.path_rule = open_sets.path_rule
        and chains.segment = open_sets.segment
left join {{ ref('int_effects_bounded') }} as bounds
    on effects.chain_number = bounds.chain_number and effects.state_number = bounds.state_number
left join {{ ref('int_markov_orders_scored') }} as scores
    on chains.path_set_number = scores.path_set_number and chains.markov_order = scores.markov_order
where effects.replicate_number = 0
