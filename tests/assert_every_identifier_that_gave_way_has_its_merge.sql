-- Whoever is not the oldest of their person has a row that leads to the one who is.
select
    nodes.node,
    nodes.root_node,
    merges.current_person_id
from {{ ref('int_nodes_resolved') }} as nodes
left join {{ ref('fct_person_merges') }} as merges on md5(nodes.node) = merges.retired_person_id
where nodes.node != nodes.root_node and merges.current_person_id is distinct from md5(nodes.root_node)
