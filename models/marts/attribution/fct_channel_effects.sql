-- Grain: chain of journeys (conversion type × method × segment) × channel or campaign, with its effect there. Shares of a chain
-- sum to 1. Never add methods together.
with

effects as (
    select * from {{ ref('int_effects_unioned') }}
),

totals as (   -- Summed as decimals: the last digit of a float sum depends on how the work was split.
    select
        chain_number,
        replicate_number,
        cast(sum(cast(effect as decimal(38, 18))) as double) as effect
    from effects
    group by chain_number, replicate_number
),

shared as (
    select
        effects.*,
        coalesce(effects.effect / nullif(totals.effect, 0), 0) as share
    from effects
    inner join totals on effects.chain_number = totals.chain_number and effects.replicate_number = totals.replicate_number
),

ranked as (   -- A channel that a replicate did not draw has no effect there: it ranks below those that it has.
    select
        chain_number,
        state,
        share,
        row_number() over (partition by chain_number, state order by share desc, replicate_number) as rank_from_top
    from shared
    where replicate_number > 0
),

replicates as (
    select
        chain_number,
        count(*) as replicate_count
    from totals
    where replicate_number > 0
    group by chain_number
),

intervals as (   -- Twentieths are cut off at both ends.
    select
        ranked.chain_number,
        ranked.state,
        max(case when ranked.rank_from_top = floor(replicates.replicate_count * 0.05) + 1 then ranked.share end) as share_high,
        max(case when ranked.rank_from_top = replicates.replicate_count - floor(replicates.replicate_count * 0.05) then ranked.share end)
            as share_low,
        max(replicates.replicate_count) as replicate_count
    from ranked
    inner join replicates on ranked.chain_number = replicates.chain_number
    group by ranked.chain_number, ranked.state
),

journeys as (
    select
        path_set_number,
        sum(journey_count) as journey_count,
        sum(conversion_count) as conversion_count
    from {{ ref('int_journeys_aggregated_to_paths') }}
    where replicate_number = 0
    group by path_set_number
)
