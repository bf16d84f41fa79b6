-- Grain: touch of a person: a session's opening evidence, or what reached us outside the site and no session shows. A view:
-- int_touches_classified has all but the campaign.
{{ config(materialized='view') }}

select
    touches.touch_id,
    touches.person_id,
    touches.visitor_id,
    touches.session_id,
    touches.campaign_id,
    campaigned.campaign_key,
    touches.touch_origin,
    touches.channel,
    touches.source,
    touches.medium,
    campaigned.campaign,
    touches.utm_term,
    touches.utm_content,
    touches.click_id_parameter,
    touches.click_id,
    touches.click_ids,
    touches.landing_page_url,
    touches.is_direct,
    touches.is_paid,
    touches.touched_at
from {{ ref('int_touches_classified') }} as touches
left join {{ ref('int_touches_campaigned') }} as campaigned on touches.touch_id = campaigned.touch_id
