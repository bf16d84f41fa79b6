-- Grain: touch. What a session of the same person already shows is left out: the visit that an e-mail click led to, or
-- the landing that a browser state remembers.
{{ config(meta={'zstd_columns': ['landing_page_url', 'click_id', 'click_ids']}) }}

with

represented as (   -- Narrow, and only of what comes from outside: sessions are many.
    select distinct outside.touch_id
    from {{ ref('int_touches_unioned') }} as outside
    inner join {{ ref('touch_origins') }} as touch_origins on outside.touch_origin = touch_origins.touch_origin
    left join {{ ref('int_evidence_classified') }} as evidence on outside.evidence_id = evidence.evidence_id
    inner join {{ ref('int_touches_unioned') }} as sessions on outside.person_id = sessions.person_id
    inner join {{ ref('int_evidence_classified') }} as session_evidence on sessions.evidence_id = session_evidence.evidence_id
    where
        outside.touch_origin != 'session'
        and sessions.touch_origin = 'session' and not session_evidence.is_direct
        and {{ seconds_between('outside.touched_at', 'sessions.touched_at') }} >= -60 * touch_origins.represented_before_minutes
        and {{ seconds_between('outside.touched_at', 'sessions.touched_at') }} <= 60 * touch_origins.represented_after_minutes
        and (coalesce(evidence.channel, 'Direct') = session_evidence.channel or not touch_origins.is_same_channel_required)
),

detailed as (
    select
        touches.*,
        coalesce(evidence.channel, 'Direct') as channel,
        coalesce(evidence.source, '(direct)') as source,
        coalesce(evidence.medium, '(none)') as medium,
        evidence.campaign,
        lower(trim({{ json_text('parsed.click_ids', 'gad_campaignid') }})) as auto_tagged_campaign_id,
        lower(trim(coalesce(parsed.utm_id, touches.outside_campaign_id))) as named_campaign_id,
        parsed.utm_term,
        parsed.utm_content,
        parsed.click_id_parameter,
        {{ unmasked('parsed.click_id', 'touches.parameters', 'touches.parameter_template') }} as click_id,
        {{ unmasked_list('parsed.click_ids', 'touches.parameters', 'touches.parameter_template') }} as click_ids,
        coalesce(evidence.is_direct, true) as is_direct,
        coalesce(evidence.is_paid, false) as is_paid
    from {{ ref('int_touches_unioned') }} as touches
    left join {{ ref('int_evidence_classified') }} as evidence on touches.evidence_id = evidence.evidence_id
    left join {{ ref('int_parameter_templates_parsed') }} as parsed on touches.parameter_template = parsed.parameter_template
    left join represented on touches.touch_id = represented.touch_id
    where represented.touch_id is null
)

select
    detailed.touch_id,
    detailed.touch_origin,
    detailed.person_id,
    detailed.visitor_id,
    detailed.session_id,
    detailed.channel,
    detailed.source,
    detailed.medium,
    detailed.campaign,
    coalesce(detailed.named_campaign_id, detailed.auto_tagged_campaign_id) as campaign_id,
    detailed.auto_tagged_campaign_id,   -- The platform's own, where utm_id may be of another system.
    detailed.utm_term,
    detailed.utm_content,
    detailed.click_id_parameter,
    detailed.click_id,
    detailed.click_ids,
    detailed.landing_page_url,
    detailed.is_direct,
    detailed.is_paid,
    detailed.touched_at
from detailed
