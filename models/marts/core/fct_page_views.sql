-- Grain: page view.
{{ config(materialized='view') }}

select
    {{ page_view_id('accepted.') }} as page_view_id,
    sessionized.visitor_id,
    sessionized.session_id,
    accepted.source_name,
    accepted.event_id,
    accepted.user_id,
    accepted.page_url,
    accepted.page_host,
    accepted.page_path,
    accepted.page_title,
    accepted.referrer,
    referrers.referrer_host,
    referrers.referrer_name,
    parsed.utm_source,
    parsed.utm_medium,
    parsed.utm_campaign,
    parsed.utm_term,
    parsed.utm_content,
    parsed.utm_id,
    {{ unmasked_list('parsed.click_ids', 'accepted.parameters', 'accepted.parameter_template') }} as click_ids,
    coalesce(evidence.source, '(direct)') as source,
    coalesce(evidence.medium, '(none)') as medium,
    evidence.campaign,
    coalesce(evidence.channel, 'Direct') as channel,
    accepted.consent,
    user_agents.browser,
    user_agents.device_class,
    sessionized.is_session_start,
    coalesce(user_agents.is_bot, false) as is_bot,
    accepted.has_personal_data,
    accepted.is_time_fallback,
    accepted.occurred_at,
    accepted.received_at
from {{ ref('int_page_views_sessionized') }} as sessionized
inner join {{ ref('int_page_views_accepted') }} as accepted
    on
        sessionized.source_name = accepted.source_name
        and sessionized._landed_at = accepted._landed_at
        and sessionized._row_number = accepted._row_number
left join {{ ref('int_parameter_templates_parsed') }} as parsed on accepted.parameter_template = parsed.parameter_template
left join {{ ref('int_referrers_classified') }} as referrers on accepted.referrer_location = referrers.referrer_location
left join {{ ref('int_evidence_paired') }} as paired
    on
        coalesce(accepted.parameter_template, '') = paired.parameter_template
        and coalesce(accepted.referrer_location, '') = paired.referrer_location
left join {{ ref('int_evidence_classified') }} as evidence on paired.evidence_id = evidence.evidence_id
left join {{ ref('int_user_agents_classified') }} as user_agents on accepted.user_agent = user_agents.user_agent
where not sessionized.is_duplicate
