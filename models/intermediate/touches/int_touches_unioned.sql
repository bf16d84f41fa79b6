-- Grain: candidate touch from any origin, with its person.
{{ config(materialized='view') }}

select
    {{ surrogate_key(["'session'", 'sessions.session_id']) }} as touch_id,
    'session' as touch_origin,
    sessions.person_id,
    sessions.visitor_id,
    sessions.session_id,
    sessions.evidence_id,
    sessions.parameters,
    sessions.parameter_template,
    cast(null as varchar) as outside_campaign_id,
    sessions.landing_page_url,
    sessions.started_at as touched_at
from {{ ref('int_sessions_assigned') }} as sessions
left join {{ ref('int_user_agents_classified') }} as user_agents on sessions.user_agent = user_agents.user_agent
where not coalesce(user_agents.is_bot, false)
union all
select
    client.touch_id,
    'client_state' as touch_origin,
    visitors.person_id,
    client.visitor_id,
    null as session_id,
    client.evidence_id,
    client.parameters,
    client.parameter_template,
    null as outside_campaign_id,
    client.landing_page_url,
    client.touched_at
from {{ ref('int_client_touches') }} as client
inner join {{ ref('int_visitors_assigned') }} as visitors on client.visitor_id = visitors.visitor_id
where not visitors.is_shared
union all
select
    outside.touch_id,
    outside.touch_origin,
    md5(coalesce(nodes.root_node, outside.node)) as person_id,
    null as visitor_id,
    null as session_id,
    outside.evidence_id,
    null as parameters,
    null as parameter_template,
    outside.campaign_id as outside_campaign_id,
    null as landing_page_url,
    outside.touched_at
from {{ ref('int_outside_touches') }} as outside
left join {{ ref('int_nodes_resolved') }} as nodes on outside.node = nodes.node
where outside.node is not null
