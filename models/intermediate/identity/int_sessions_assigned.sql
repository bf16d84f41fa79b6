-- Grain: session, with its person. On a shared browser that is whoever was signed in.
{{ config(materialized='view') }}

select
    sessions.session_id,
    sessions.visitor_id,
    sessions.source_name,
    sessions.landing_page_view_id,
    sessions.evidence_id,
    sessions.user_id,
    sessions.landing_page_url,
    sessions.landing_page_host,
    sessions.landing_page_path,
    sessions.referrer,
    sessions.parameters,
    sessions.user_agent,
    sessions.consent,
    sessions.page_view_count,
    sessions.started_at,
    sessions.ended_at,
    sessions._landed_at,
    case
        when visitors.is_shared and sessions.user_id is not null then md5(coalesce(user_nodes.root_node, 'user:' || sessions.user_id))
        else visitors.person_id
    end as person_id
from {{ ref('int_sessions') }} as sessions
inner join {{ ref('int_visitors_assigned') }} as visitors on sessions.visitor_id = visitors.visitor_id
left join {{ ref('int_nodes_resolved') }} as user_nodes on 'user:' || sessions.user_id = user_nodes.node
where sessions.session_id is not null
