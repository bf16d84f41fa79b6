-- Grain: set of journeys (conversion type × path rule × segment) with any that are open, as fct_non_converting_paths says it.
{{ config(materialized='view') }}

with

latest as (
    select {{ latest_touched_at() }} as latest_touched_at from {{ ref('int_touches_classified') }}
)

select
    types.conversion_type,
    pathed.path_rule,
    pathed.segment,
    count(*) as open_journey_count
from {{ ref('int_journeys_pathed') }} as pathed
inner join {{ ref('int_types_grouped') }} as types on pathed.type_group = types.type_group
cross join latest
left join {{ ref('int_opportunities_unconverted') }} as unconverted on pathed.journey_id = unconverted.journey_id
where
    not pathed.is_converted
    and not pathed.is_too_young
    and (unconverted.outcome = 'open' or {{ add_seconds('pathed.opened_at', 'types.lookback_seconds') }} > latest.latest_touched_at)
group by types.conversion_type, pathed.path_rule, pathed.segment
