-- Grain: visitor or person with a marketing touch. Direct overwrites neither; last is only ever set by a session. A view:
-- int_first_last_touches_found has which touches they are, and the rest is of the touches.
{{ config(materialized='view') }}

select
    {{ surrogate_key(['found.entity_type', 'found.entity_id']) }} as first_last_touch_id,
    found.entity_type,
    found.entity_id,
    firsts.person_id,
    firsts.touch_id as first_touch_id,
    firsts.touch_origin as first_touch_origin,
    firsts.channel as first_channel,
    firsts.source as first_source,
    firsts.medium as first_medium,
    firsts.campaign as first_campaign,
    firsts.click_ids as first_click_ids,
    firsts.landing_page_url as first_landing_page_url,
    firsts.touched_at as first_touched_at,
    lasts.touch_id as last_touch_id,
    lasts.touch_origin as last_touch_origin,
    lasts.channel as last_channel,
    lasts.source as last_source,
    lasts.medium as last_medium,
    lasts.campaign as last_campaign,
    lasts.click_ids as last_click_ids,
    lasts.landing_page_url as last_landing_page_url,
    lasts.touched_at as last_touched_at
from {{ ref('int_first_last_touches_found') }} as found
inner join {{ ref('fct_touches') }} as firsts on found.first_touch_id = firsts.touch_id
inner join {{ ref('fct_touches') }} as lasts on found.last_touch_id = lasts.touch_id
