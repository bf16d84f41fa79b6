-- Grain: touch of a person: a session's opening evidence, or what reached us outside the site and no session shows.
select
    touch_id,
    person_id,
    visitor_id,
    session_id,
    touch_origin,
    channel,
    source,
    medium,
    campaign,
    campaign_id,
    utm_term,
    utm_content,
    click_id_parameter,
    click_id,
    click_ids,
    landing_page_url,
    is_direct,
    is_paid,
    touched_at
from {{ ref('int_touches_classified') }}
