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
    sessions.parameter_template,
    sessions.user_agent,
    sessions.consent,
    sessions.page_view_count,
    sessions.started_at,
    sessions.ended_at,
    sessions._landed_at,
    coalesce(signed_in.person_id, visitors.person_id) as person_id
from {{ ref('int_sessions') }} as sessions
inner join {{ ref('int_visitors_assigned') }} as visitors on sessions.visitor_id = visitors.visitor_id
left join {{ ref('int_shared_sessions_signed_in') }} as signed_in on sessions.session_id = signed_in.session_id
where sessions.session_id is not null
