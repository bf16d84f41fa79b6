-- Grain: replicate × conversion type × path rule × segment × path, with how often its journeys were drawn. Each person, or
-- account, is drawn as often as a Poisson variable of mean 1 says, with all journeys: that is the bootstrap, without a pass over
-- all for each draw. What is drawn follows from the seed and the id alone. The bounds are the distribution in hexadecimals. Where
-- intervals are not asked for it is a view that nobody reads.
{{ config(materialized='table' if var('bootstrap_intervals') else 'view') }}

with recursive replicates as (
    select 1 as replicate_number
    union all
    select replicates.replicate_number + 1 as replicate_number
    from replicates
    where replicates.replicate_number < (select max(rules.bootstrap_replicates) from {{ ref('int_path_rules_typed') }} as rules)
),

journeys as (
    select
        pathed.* exclude (type_group),
        rules.conversion_type,
        rules.random_seed,
        rules.bootstrap_replicates
    from {{ ref('int_journeys_pathed') }} as pathed
    inner join {{ ref('int_types_grouped') }} as types on pathed.type_group = types.type_group
    inner join {{ ref('int_path_rules_typed') }} as rules
        on pathed.path_rule = rules.path_rule and types.conversion_type = rules.conversion_type
    where not pathed.is_too_young
),

entities as (
    select distinct
        random_seed,
        entity_id
    from journeys
),

drawn as (
    select
        entities.random_seed,
        entities.entity_id,
        replicates.replicate_number,
        md5(cast(entities.random_seed as varchar) || ' ' || cast(replicates.replicate_number as varchar) || ' ' || entities.entity_id) as draw
    from entities
    cross join replicates
),

counted as (
    select
        *,
        case
            when draw < 'bc5ab1b16779' then 1
            when draw < 'eb715e1dc158' then 2
            when draw < 'fb23979734a2' then 3
            when draw < 'ff1025f59174' then 4
            when draw < 'ffd90f3ba405' then 5
            when draw < 'fffa8b71fc72' then 6
            when draw < 'ffff540c0914' then 7
            else 8
        end as draw_count
    from drawn
    where draw >= '5e2d58d8b3bc'
)

select
    counted.replicate_number,
    journeys.conversion_type,
    journeys.path_rule,
    journeys.segment,
    journeys.path,
    cast(sum(counted.draw_count) as bigint) as journey_count,
    cast(sum(case when journeys.is_converted then counted.draw_count else 0 end) as bigint) as conversion_count
from journeys
inner join counted
    on
        journeys.random_seed = counted.random_seed
        and journeys.entity_id = counted.entity_id
        and journeys.bootstrap_replicates >= counted.replicate_number
group by counted.replicate_number, journeys.conversion_type, journeys.path_rule, journeys.segment, journeys.path
