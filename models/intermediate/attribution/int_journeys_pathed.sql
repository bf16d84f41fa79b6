-- Grain: journey × rule by which paths are written. A fifth of the people or accounts is held out when orders are compared.
-- Journeys that are too young for the rule are in no chain, and are credited by it all the same.
{{ config(materialized='view') }}

with

rules as (   -- A rule is the same for all types of a group; which of them have it is asked when types are told apart.
    select distinct
        types.type_group,
        rules.path_rule,
        rules.path_transform,
        rules.grain,
        rules.segment_column,
        rules.minimum_age_days,
        rules.random_seed
    from {{ ref('int_path_rules_typed') }} as rules
    inner join {{ ref('int_types_grouped') }} as types on rules.conversion_type = types.conversion_type
)

select
    rules.path_rule,
    journeys.journey_id,
    journeys.entity_id,
    journeys.type_group,
    coalesce(segmented.segment, 'all') as segment,
    journeys.path as whole_path,
    written.path,
    conversions.reporting_amount as amount,
    journeys.is_converted,
    young.journey_id is not null as is_too_young,
    md5('held out ' || cast(rules.random_seed as varchar) || ' ' || journeys.entity_id) < '3333' as is_held_out,
    journeys.opened_at
from {{ ref('int_journeys_listed') }} as journeys
inner join rules on journeys.type_group = rules.type_group and journeys.grain = rules.grain
inner join {{ ref('int_paths_written') }} as written
    on rules.grain = written.grain and rules.path_transform = written.path_transform and journeys.path = written.whole_path
left join {{ ref('int_journeys_segmented') }} as segmented
    on journeys.journey_id = segmented.journey_id and rules.segment_column = segmented.segment_column
left join {{ ref('int_journeys_young') }} as young
    on journeys.journey_id = young.journey_id and rules.minimum_age_days = young.minimum_age_days
left join {{ ref('int_conversions_unioned') }} as conversions on journeys.journey_id = conversions.conversion_id
