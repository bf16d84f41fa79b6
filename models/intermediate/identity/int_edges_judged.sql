-- Grain: edge, with the reason why it joins nobody; null where it does.
{{ config(materialized='view') }}

with

unlinkable as (
    select
        node,
        min(reason) as reason
    from {{ ref('int_identifiers_unlinkable') }}
    group by node
)

select
    edges.left_node,
    edges.right_node,
    edges.link_source,
    coalesce(left_ends.reason, right_ends.reason) as ignored_reason,
    edges.first_seen_at,
    edges.last_seen_at
from {{ ref('int_identity_edges') }} as edges
left join unlinkable as left_ends on edges.left_node = left_ends.node
left join unlinkable as right_ends on edges.right_node = right_ends.node
