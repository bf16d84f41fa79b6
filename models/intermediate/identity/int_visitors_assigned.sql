-- Grain: visitor, with the person it belongs to. A visitor that nothing links is a person of its own.
with

visitors as (
    select
        visitor_id,
        min(started_at) as first_seen_at,
        max(ended_at) as last_seen_at
    from {{ ref('int_sessions') }}
    where session_id is not null
    group by visitor_id
),

shared as (
    select node from {{ ref('int_identifiers_unlinkable') }}
    where reason = 'shared_device'
)

select
    visitors.visitor_id,
    md5(coalesce(nodes.root_node, 'visitor:' || visitors.visitor_id)) as person_id,
    shared.node is not null as is_shared,
    visitors.first_seen_at,
    visitors.last_seen_at
from visitors
left join {{ ref('int_nodes_resolved') }} as nodes on 'visitor:' || visitors.visitor_id = nodes.node
left join shared on 'visitor:' || visitors.visitor_id = shared.node
