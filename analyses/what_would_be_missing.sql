-- Question: what would be missing without a channel, and do the usual methods give it less or more?
-- One row per conversion type and channel, the largest effect first. The effect is the part of the conversions that the chain of
-- all journeys loses when no journey gets past the channel. Effects do not add up; the shares do, to 1 per type. Journeys show
-- order, not cause: docs/attribution.md says where these methods mislead. Refunds and credit notes are left out.
with

effects as (
    select
        conversion_type,
        channel,
        max(case when method = 'markov' then effect end) as effect,
        max(case when method = 'markov' then effect_share end) as markov_share,
        max(case when method = 'shapley' then effect_share end) as shapley_share
    from {{ ref('fct_channel_effects') }}
    where method in ('markov', 'shapley') and segment = 'all' and conversion_type not in ('refund', 'credit_note')
    group by conversion_type, channel
),

credited as (   -- What has no touch is in no journey.
    select
        conversion_type,
        channel,
        sum(case when method = 'first_touch' then credit else 0 end) as first_credits,
        sum(case when method = 'last_touch' then credit else 0 end) as last_credits
    from {{ ref('fct_attribution_credits') }}
    where method in ('first_touch', 'last_touch') and channel != 'Unattributed'
    group by conversion_type, channel
)

select
    effects.conversion_type,
    effects.channel,
    round(effects.effect, 4) as effect,
    round(effects.markov_share, 4) as markov_share,
    round(effects.shapley_share, 4) as shapley_share,
    round(
        coalesce(credited.first_credits, 0) / nullif(sum(credited.first_credits) over (partition by effects.conversion_type), 0), 4
    ) as first_touch_share,
    round(
        coalesce(credited.last_credits, 0) / nullif(sum(credited.last_credits) over (partition by effects.conversion_type), 0), 4
    ) as last_touch_share
from effects
left join credited on effects.conversion_type = credited.conversion_type and effects.channel = credited.channel
order by effects.conversion_type asc, effects.effect desc, effects.channel asc
