-- The shares of a chain sum to 1 where anyone converted, its Shapley values to the chance to convert, and its conversions are
-- those that have touches, as its open journeys are, unless the method leaves out the young. The chance to convert is the share
-- of journeys that did.
with

chains as (
    select
        conversion_type,
        method,
        segment,
        sum(effect_share) as effect_share,
        sum(effect) as effect,
        min(conversion_probability) as conversion_probability,
        min(conversion_count) as conversion_count,
        min(journey_count) as journey_count,
        min(open_journey_count) as open_journey_count
    from {{ ref('fct_channel_effects') }}
    group by conversion_type, method, segment
),

methods as (
    select * from {{ ref('attribution_methods') }}
    where family in ('markov', 'shapley')
),

whole as (   -- Over all segments.
    select
        chains.conversion_type,
        chains.method,
        sum(chains.conversion_count) as conversion_count,
        sum(chains.journey_count) as journey_count,
        sum(chains.open_journey_count) as open_journey_count
    from chains
    inner join methods on chains.method = methods.method
    where methods.minimum_age_days is null
    group by chains.conversion_type, chains.method
),

open_journeys as (
    select
        conversion_type,
        count(*) as open_journey_count
    from {{ ref('fct_non_converting_paths') }}
    where outcome = 'open' and touch_count > 0
    group by conversion_type
),

paths as (
    select
        typed.conversion_type,
        typed.method,
        sum(paths.conversion_count) as conversion_count,
        sum(paths.journey_count) as journey_count,
        coalesce(max(open_journeys.open_journey_count), 0) as open_journey_count
    from {{ ref('fct_paths') }} as paths
    inner join {{ ref('int_methods_typed') }} as typed on paths.conversion_type = typed.conversion_type
    inner join methods on typed.method = methods.method
    left join open_journeys on paths.conversion_type = open_journeys.conversion_type
    where methods.minimum_age_days is null
    group by typed.conversion_type, typed.method
)

select
    chains.conversion_type,
    chains.method,
    chains.segment
from chains
inner join methods on chains.method = methods.method
where
    (abs(chains.effect_share - case when chains.conversion_count > 0 then 1 else 0 end) <= 0.000000001) is distinct from true
    or (methods.family = 'shapley' and abs(chains.effect - chains.conversion_probability) > 0.000000001)
    or (
        methods.path_transform = 'as_is'
        and abs(chains.conversion_probability - cast(chains.conversion_count as double) / chains.journey_count) > 0.000000001
    )
union all
select
    coalesce(paths.conversion_type, whole.conversion_type) as conversion_type,
    coalesce(paths.method, whole.method) as method,
    'all' as segment
from paths
full outer join whole on paths.conversion_type = whole.conversion_type and paths.method = whole.method
where
    paths.conversion_count is distinct from whole.conversion_count
    or paths.journey_count is distinct from whole.journey_count
    or paths.open_journey_count is distinct from whole.open_journey_count
