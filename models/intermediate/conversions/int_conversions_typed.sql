-- Grain: conversion type × what may be one of it. A null person means the people around the opportunity.
select
    conversion_types.conversion_type,
    records.origin_id,
    case when records.node is not null then md5(coalesce(nodes.root_node, records.node)) end as person_id,
    records.opportunity_id,
    records.source,
    cast(null as varchar) as milestone,
    records.reversed_source,
    records.reversed_origin_id,
    records.currency,
    records.amount,
    records.occurred_at as converted_at
from {{ ref('int_records_unioned') }} as records
inner join {{ ref('conversion_types') }} as conversion_types
    on
        records.source = conversion_types.source
        and (conversion_types.match_pattern is null or {{ matches_pattern('records.event_name', 'conversion_types.match_pattern') }})
left join {{ ref('int_nodes_resolved') }} as nodes on records.node = nodes.node
union all
select
    conversion_types.conversion_type,
    milestones.opportunity_id as origin_id,
    null as person_id,
    milestones.opportunity_id,
    conversion_types.source,
    milestones.milestone,
    null as reversed_source,
    null as reversed_origin_id,
    opportunities.currency,
    opportunities.amount,
    case when milestones.milestone in ('won', 'lost') then milestones.last_reached_at else milestones.first_reached_at end as converted_at
from {{ ref('int_opportunity_milestones') }} as milestones
inner join {{ ref('conversion_types') }} as conversion_types
    on
        conversion_types.source = 'opportunity_milestone'
        and {{ matches_pattern('milestones.milestone', 'conversion_types.match_pattern') }}
inner join {{ ref('int_opportunities') }} as opportunities on milestones.opportunity_id = opportunities.opportunity_id
where milestones.is_standing or milestones.milestone not in ('won', 'lost')   -- A win that was taken back is none.
union all
select
    conversion_type,
    page_view_id as origin_id,
    person_id,
    null as opportunity_id,
    'page_view' as source,
    null as milestone,
    null as reversed_source,
    null as reversed_origin_id,
    null as currency,
    null as amount,
    occurred_at as converted_at
from {{ ref('int_page_views_matched') }}
