-- Grain: set of journeys (conversion type × path rule × segment) × replicate × distinct path. Replicate 0 is what happened; the
-- others are drawn from it, where intervals are asked for.
with

counted as (
    select
        conversion_type,
        path_rule,
        segment,
        0 as replicate_number,
        path,
        count(*) as journey_count,
        count_if(is_converted) as conversion_count,
        count_if(is_held_out) as held_out_journey_count,
        count_if(is_held_out and is_converted) as held_out_conversion_count,
        sum(amount) as amount,
        min(journey_id) as example_journey_id
    from {{ ref('int_journeys_pathed') }}
    where not is_too_young
    group by conversion_type, path_rule, segment, path
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
            null as amount,
            null as example_journey_id
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
    counted.conversion_type,
    counted.path_rule,
    counted.segment,
    counted.replicate_number,
    counted.path,
    cast(counted.journey_count as bigint) as journey_count,
    cast(counted.conversion_count as bigint) as conversion_count,
    cast(counted.held_out_journey_count as bigint) as held_out_journey_count,
    cast(counted.held_out_conversion_count as bigint) as held_out_conversion_count,
    counted.amount,
    counted.example_journey_id
from counted
inner join sets
    on
        counted.conversion_type = sets.conversion_type
        and counted.path_rule = sets.path_rule
        and counted.segment = sets.segment
