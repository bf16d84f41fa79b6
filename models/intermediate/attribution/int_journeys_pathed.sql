-- Grain: journey × rule by which paths are written. A fifth of the people or accounts is held out when orders are compared.
-- Journeys that are too young for the rule are in no chain, and are credited by it all the same.
with

written as (
    select
        path_rule,
        journey_id,
        entity_id,
        conversion_type,
        {{ dbt.listagg("cast(state_number as varchar)", "' '", "order by touched_at, touch_id") }} as path,
        is_converted
    from {{ ref('int_touches_transformed') }}
    group by path_rule, journey_id, entity_id, conversion_type, is_converted
)

select
    written.path_rule,
    written.journey_id,
    written.entity_id,
    written.conversion_type,
    coalesce(segmented.segment, 'all') as segment,
    written.path,
    conversions.reporting_amount as amount,
    written.is_converted,
    young.journey_id is not null as is_too_young,
    md5('held out ' || cast(rules.random_seed as varchar) || ' ' || written.entity_id) < '3333' as is_held_out
from written
inner join {{ ref('int_path_rules_typed') }} as rules
    on written.path_rule = rules.path_rule and written.conversion_type = rules.conversion_type
left join {{ ref('int_journeys_segmented') }} as segmented
    on written.journey_id = segmented.journey_id and rules.segment_column = segmented.segment_column
left join {{ ref('int_journeys_young') }} as young
    on written.journey_id = young.journey_id and rules.minimum_age_days = young.minimum_age_days
left join {{ ref('int_conversions_unioned') }} as conversions on written.journey_id = conversions.conversion_id
