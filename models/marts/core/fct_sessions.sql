-- Grain: session, bots included and flagged.
{{ config(materialized='view') }}

select
    sessions.session_id,
    sessions.visitor_id,
    sessions.person_id,
    sessions.landing_page_view_id,
    sessions.user_id,
    sessions.source_name,
    coalesce(evidence.channel, 'Direct') as channel,
    coalesce(evidence.source, '(direct)') as source,
    coalesce(evidence.medium, '(none)') as medium,
    evidence.campaign,
    evidence.channel_rule_id,
    sessions.landing_page_url,
    sessions.landing_page_host,
    sessions.landing_page_path,
    sessions.referrer,
    parsed.utm_source,
    parsed.utm_medium,
    parsed.utm_campaign,
    parsed.utm_term,
    parsed.utm_content,
    parsed.utm_id,
    {{ unmasked_list('parsed.click_ids', 'sessions.parameters', 'sessions.parameter_template') }} as click_ids,
    user_agents.browser,
    user_agents.device_class,
    user_agents.bot_name,
    sessions.consent,
    sessions.page_view_count,
    cast({{ seconds_between('sessions.started_at', 'sessions.ended_at') }} as double) as duration_seconds,
    coalesce(evidence.is_direct, true) as is_direct,
    coalesce(evidence.is_paid, false) as is_paid,
    coalesce(user_agents.is_bot, false) as is_bot,
    sessions.started_at,
    sessions.ended_at
from {{ ref('int_sessions_assigned') }} as sessions
left join {{ ref('int_parameter_templates_parsed') }} as parsed on sessions.parameter_template = parsed.parameter_template
left join {{ ref('int_evidence_classified') }} as evidence on sessions.evidence_id = evidence.evidence_id
left join {{ ref('int_user_agents_classified') }} as user_agents on sessions.user_agent = user_agents.user_agent
