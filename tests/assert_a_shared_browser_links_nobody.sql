-- A browser with more users or more addresses than the limit is a person of its own and stands for nobody else.
with

seen as (
    select
        visitor_id,
        user_id,
        cast(null as varchar) as email_hash
    from {{ ref('fct_page_views') }}
    union all
    select
        visitor_id,
        user_id,
        email_hash
    from {{ ref('stg_web__identifies') }}
),

shared as (
    select 'visitor:' || visitor_id as node
    from seen
    group by visitor_id
    having
        count(distinct user_id) > {{ var('shared_device_user_limit') }}
        or count(distinct email_hash) > {{ var('shared_device_user_limit') }}
)

select
    nodes.node,
    nodes.root_node
from {{ ref('int_nodes_resolved') }} as nodes
inner join shared on shared.node in (nodes.node, nodes.root_node)
where nodes.node != nodes.root_node
