-- Grain: two identifiers seen together and what showed it, also where that joins nobody.
select
    {{ surrogate_key(['edges.left_node', 'edges.right_node', 'edges.link_source']) }} as link_id,
    md5(left_nodes.root_node) as left_person_id,
    md5(right_nodes.root_node) as right_person_id,
    edges.left_node as left_identifier,
    edges.right_node as right_identifier,
    split_part(edges.left_node, ':', 1) as left_identifier_kind,
    split_part(edges.right_node, ':', 1) as right_identifier_kind,
    edges.link_source,
    edges.ignored_reason,
    edges.ignored_reason is null as is_linking,
    edges.first_seen_at,
    edges.last_seen_at
from {{ ref('int_edges_judged') }} as edges
inner join {{ ref('int_nodes_resolved') }} as left_nodes on edges.left_node = left_nodes.node
inner join {{ ref('int_nodes_resolved') }} as right_nodes on edges.right_node = right_nodes.node
