-- Grain: chain × replicate × channel or campaign, with its effect in the chain and its share of all effects there.
with

effects as (
    {% for model in ['int_removal_effects', 'int_shapley_values'] %}
        select * from {{ ref(model) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    effects.chain_number,
    effects.replicate_number,
    effects.state_number,
    states.state,
    effects.effect,
    effects.standard_error,
    effects.conversion_probability,
    -- Summed as decimals: the last digit of a float sum depends on how the work was split.
    coalesce(
        effects.effect / nullif(
            cast(
                sum(cast(effects.effect as decimal(38, 18))) over (partition by effects.chain_number, effects.replicate_number) as double
            ), 0
        ), 0
    ) as effect_share
from effects
inner join {{ ref('int_chains') }} as chains on effects.chain_number = chains.chain_number
inner join {{ ref('int_states_numbered') }} as states
    on chains.grain = states.grain and effects.state_number = states.state_number
