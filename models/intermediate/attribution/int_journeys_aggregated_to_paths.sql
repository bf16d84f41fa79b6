-- Grain: set of journeys (conversion type × path rule × segment) × replicate × distinct path. Replicate 0 is what happened; the
-- others are drawn from it, where intervals are asked for.
with

grouped as (   -- Counted before types are told apart: groups of types are fewer.
    select
        type_group,
        path_rule,
        segment,
        path,
        count(*) as journey_count,
        count_if(is_converted) as conversion_count,
        count_if(is_held_out) as held_out_journey_count,
        count_if(is_held_out and is_converted) as held_out_conversion_count,
        sum(amount) as amount
    from {{ ref('int_journeys_pathed') }}
    where not is_too_young
    group by type_group, path_rule, segment, path
),

counted as (
    select
        rules.conversion_type,
        grouped.path_rule,
        grouped.segment,
        0 as replicate_number,
        grouped.path,
        sum(grouped.journey_count) as journey_count,
        sum(grouped.conversion_count) as conversion_count,
        sum(grouped.held_out_journey_count) as held_out_journey_count,
        sum(grouped.held_out_conversion_count) as held_out_conversion_count,
        sum(grouped.amount) as amount
    from grouped
    inner join {{ ref('int_types_grouped') }} as types on grouped.type_group = types.type_group
    inner join {{ ref('int_path_rules_typed') }} as rules
        on types.conversion_type = rules.conversion_type and grouped.path_rule = rules.path_rule
    group by rules.conversion_type, grouped.path_rule, grouped.segment, grouped.path
    {% if var('bootstrap_intervals') %}
        union all
        select
            conversion_type,
            path_rule,
            segment,
            replicate_number,
            path,
            journey_count,
            conversion_count,
            0 as held_out_journey_count,
            0 as held_out_conversion_count,
            null as amount
        from {{ ref('int_persons_resampled') }}
    {% endif %}
),

sets as (
    select
        conversion_type,
        path_rule,
        segment,
        row_number() over (order by conversion_type, path_rule, segment) as path_set_number
    from counted
    where replicate_number = 0
    group by conversion_type, path_rule, segment
)

select
    sets.path_set_number,
    counted.* exclude (journey_count, conversion_count, held_out_journey_count, held_out_conversion_count, amount),
    cast(counted.journey_count as bigint) as journey_count,
    cast(counted.conversion_count as bigint) as conversion_count,
    cast(counted.held_out_journey_count as bigint) as held_out_journey_count,
    cast(counted.held_out_conversion_count as bigint) as held_out_conversion_count,
    counted.amount
from counted
inner join sets
    on
        counted.conversion_type = sets.conversion_type
        and counted.path_rule = sets.path_rule
        and counted.segment = sets.segment
