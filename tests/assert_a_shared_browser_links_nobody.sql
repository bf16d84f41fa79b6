-- A browser with more users than the limit is in no component of the identity graph.
with

shared as (
    select visitor_id
    from {{ ref('int_visitor_users') }}
    group by visitor_id
    having count(distinct user_id) > {{ var('shared_device_user_limit') }}
)

select
    shared.visitor_id,
    nodes.root_node
from shared
inner join {{ ref('int_nodes_resolved') }} as nodes on 'visitor:' || shared.visitor_id = nodes.node
