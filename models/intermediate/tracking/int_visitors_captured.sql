-- Grain: visitor of a human, with the first touch that its own browser remembers, if any. A shared browser is nobody's.
with

remembered as (
    select
        client.visitor_id,
        evidence.channel,
        evidence.source,
        evidence.campaign,
        client.touched_at
    from {{ ref('int_client_first_touches_evidenced') }} as client
    inner join {{ ref('int_evidence_classified') }} as evidence on client.evidence_id = evidence.evidence_id
    where not evidence.is_direct
)

select
    sessions.visitor_id,
    visitors.person_id,
    sessions.browser,
    sessions.device_class,
    remembered.channel as browser_channel,
    remembered.source as browser_source,
    remembered.campaign as browser_campaign,
    remembered.touched_at as browser_first_touched_at,
    sessions.visitor_last_started_at as last_session_at
from {{ ref('int_sessions_captured') }} as sessions
inner join {{ ref('int_visitors_assigned') }} as visitors on sessions.visitor_id = visitors.visitor_id
left join remembered on sessions.visitor_id = remembered.visitor_id
where sessions.visitor_session_number = 1 and not visitors.is_shared
