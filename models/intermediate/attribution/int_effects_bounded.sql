-- Grain: chain × channel or campaign, with the 90% interval of its share over the replicates: a twentieth of them is left out
-- at either end. In a replicate that drew none of its journeys the share is 0.
with

replicates as (
    select
        chain_number,
        count(distinct replicate_number) as replicate_count
    from {{ ref('int_effects_unioned') }}
    where replicate_number > 0
    group by chain_number
),

ranked as (
    select
        chain_number,
        state_number,
        effect_share,
        row_number() over (partition by chain_number, state_number order by effect_share desc, replicate_number asc) as rank_from_top
    from {{ ref('int_effects_unioned') }}
    where replicate_number > 0
)

select
    effects.chain_number,
    effects.state_number,
    replicates.replicate_count,
    coalesce(
        max(case when ranked.rank_from_top = replicates.replicate_count - floor(replicates.replicate_count / 20.0) then ranked.effect_share end), 0
    ) as effect_share_low,
    coalesce(max(case when ranked.rank_from_top = floor(replicates.replicate_count / 20.0) + 1 then ranked.effect_share end), 0) as effect_share_high
from {{ ref('int_effects_unioned') }} as effects
inner join replicates on effects.chain_number = replicates.chain_number
left join ranked on effects.chain_number = ranked.chain_number and effects.state_number = ranked.state_number
where effects.replicate_number = 0
group by effects.chain_number, effects.state_number, replicates.replicate_count
