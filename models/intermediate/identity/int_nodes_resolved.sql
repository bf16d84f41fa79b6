-- Grain: identifier, with the oldest one of its person (the root, which gives the person its id), and with the root it
-- gave way to when a link first joined it to something older.
select
    seen.node,
    coalesce(roots.node, seen.node) as root_node,
    survivors.node as survivor_node,
    merged.edge_number,
    seen.first_seen_at,
    seen.last_seen_at
from {{ ref('int_identifiers_seen') }} as seen
left join {{ ref('int_nodes_merged') }} as merged on seen.node_number = merged.node_number
left join {{ ref('int_identifiers_seen') }} as roots on merged.root_number = roots.node_number
left join {{ ref('int_identifiers_seen') }} as survivors on merged.survivor_number = survivors.node_number
