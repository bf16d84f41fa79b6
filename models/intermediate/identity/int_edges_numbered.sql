-- Grain: edge that joins people, numbered in order of time, its two identifiers by number.
select
    row_number() over (
        order by edges.first_seen_at nulls last, edges.left_node, edges.right_node, edges.link_source
    ) as edge_number,
    left_seen.node_number as left_number,
    right_seen.node_number as right_number,
    edges.left_node,
    edges.right_node,
    edges.link_source,
    edges.first_seen_at
from {{ ref('int_edges_judged') }} as edges
inner join {{ ref('int_identifiers_seen') }} as left_seen on edges.left_node = left_seen.node
inner join {{ ref('int_identifiers_seen') }} as right_seen on edges.right_node = right_seen.node
where edges.ignored_reason is null
