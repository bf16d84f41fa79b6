-- Grain: person id that gave way to an older one.
select
    md5(nodes.node) as retired_person_id,
    md5(nodes.survivor_node) as surviving_person_id,
    md5(nodes.root_node) as current_person_id,
    {{ surrogate_key(['edges.left_node', 'edges.right_node', 'edges.link_source']) }} as link_id,
    edges.left_node as left_identifier,
    edges.right_node as right_identifier,
    edges.link_source,
    nodes.first_seen_at is not distinct from edges.first_seen_at as is_new_identifier,
    edges.first_seen_at as merged_at
from {{ ref('int_nodes_resolved') }} as nodes
inner join {{ ref('int_edges_numbered') }} as edges on nodes.edge_number = edges.edge_number
