-- Grain: chain × replicate × channel or campaign, with its effect in the chain.
{% for model in ['int_removal_effects', 'int_shapley_values'] %}
    select
        chains.chain_number,
        effects.replicate_number,
        effects.state_number,
        states.state,
        effects.effect,
        effects.standard_error,
        effects.conversion_probability
    from {{ ref(model) }} as effects
    inner join {{ ref('int_chains') }} as chains on effects.chain_number = chains.chain_number
    inner join {{ ref('int_states_numbered') }} as states
        on chains.grain = states.grain and effects.state_number = states.state_number
    {% if not loop.last %}union all{% endif %}
{% endfor %}
