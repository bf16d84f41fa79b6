-- Grain: replicate × conversion type × path rule × segment × path, with how often its journeys were drawn. Each person, or
-- account, is drawn as often as a Poisson variable of mean 1 says, with all journeys: that is the bootstrap, without a pass over
-- all for each draw. What is drawn follows from the seed and the id alone. The bounds are the distribution in hexadecimals.
{{ config(enabled=var('bootstrap_intervals')) }}

with recursive replicates as (
    select 1 as replicate_number
    union all
    select replicate_number + 1 as replicate_number
    from replicates
    where replicate_number < (select max(bootstrap_replicates) from {{ ref('int_path_rules_typed') }})
),

paths as (
    select
        rules.seed,
        rules.bootstrap_replicates,
        pathed.entity_id,
        pathed.conversion_type,
        pathed.path_rule,
        pathed.segment,
        pathed.path,
        count(*) as journey_count,
        count_if(pathed.is_converted) as conversion_count
    from {{ ref('int_journeys_pathed') }} as pathed
    inner join {{ ref('int_path_rules_typed') }} as rules
        on pathed.path_rule = rules.path_rule and pathed.conversion_type = rules.conversion_type
    group by
        rules.seed, rules.bootstrap_replicates, pathed.entity_id, pathed.conversion_type, pathed.path_rule, pathed.segment, pathed.path
),

entities as (
    select distinct
        seed,
        entity_id
    from paths
),

hashed as (
    select
        entities.seed,
        entities.entity_id,
        replicates.replicate_number,
        md5(cast(entities.seed as varchar) || ' ' || cast(replicates.replicate_number as varchar) || ' ' || entities.entity_id) as hash
    from entities
    cross join replicates
),

drawn as (
    select
        *,
        case
            when hash < 'bc5ab1b16779' then 1
            when hash < 'eb715e1dc158' then 2
            when hash < 'fb23979734a2' then 3
            when hash < 'ff1025f59174' then 4
            when hash < 'ffd90f3ba405' then 5
            when hash < 'fffa8b71fc72' then 6
            when hash < 'ffff540c0914' then 7
            else 8
        end as draw_count
    from hashed
    where hash >= '5e2d58d8b3bc'
)

select
    drawn.replicate_number,
    paths.conversion_type,
    paths.path_rule,
    paths.segment,
    paths.path,
    cast(sum(paths.journey_count * drawn.draw_count) as bigint) as journey_count,
    cast(sum(paths.conversion_count * drawn.draw_count) as bigint) as conversion_count
from paths
inner join drawn
    on
        paths.seed = drawn.seed
        and paths.entity_id = drawn.entity_id
        and paths.bootstrap_replicates >= drawn.replicate_number
group by drawn.replicate_number, paths.conversion_type, paths.path_rule, paths.segment, paths.path
