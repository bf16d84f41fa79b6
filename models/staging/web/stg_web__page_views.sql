-- Grain: row as received (retries included). Everything personal is hashed, redacted or left behind here.
with

ownerless as (
    select
        *,
        {{ without_user_info('page_url') }} as ownerless_page_url,
        {{ without_user_info('referrer') }} as ownerless_referrer
    from {{ ref('base_web__page_views') }}
),

redacted as (
    select
        *,
        {{ redact_personal_data('ownerless_page_url') }} as redacted_page_url,
        {{ redact_personal_data('ownerless_referrer') }} as redacted_referrer
    from ownerless
)

select
    {{ page_view_id() }} as page_view_id,
    visitor_id,
    source_name,
    event_id,
    anonymous_id,
    user_id,
    user_email_hash,
    redacted_page_url as page_url,
    redacted_referrer as referrer,
    {{ redact_email_addresses('page_title') }} as page_title,
    user_agent,
    consent,
    rejection_reason,
    clock_lag_seconds,
    redacted_page_url is distinct from page_url as has_personal_data_in_url,
    redacted_referrer is distinct from referrer as has_personal_data_in_referrer,
    first_touch is not null as has_first_touch,
    is_time_fallback,
    occurred_at,
    received_at,
    _landed_at,
    _file,
    _row_number
from redacted
