-- Grain: tracked event. A retry repeats the event id; the earliest received stays.
with

received as (
    select
        *,
        {{ clean_anonymous_id('anonymous_id') }} as browser_id
    from {{ source('web', 'tracked_events') }}
)

select
    {{ surrogate_key(["'web'", 'trim(event_id)']) }} as tracked_event_id,
    case when browser_id is not null then {{ surrogate_key(["'web'", 'browser_id']) }} end as visitor_id,
    {{ clean_id('user_id') }} as user_id,
    {{ email_hash('user_id') }} as user_email_hash,
    {{ redact_email_addresses('lower(trim(event_name))') }} as event_name,
    {{ redact_personal_data(without_user_info('trim(page_url)')) }} as page_url,
    amount,
    upper(trim(currency)) as currency,
    case when {{ is_time_fallback('event_at', 'received_at') }} then received_at else coalesce(event_at, received_at) end as occurred_at
from received
qualify row_number() over (
    partition by trim(event_id) order by received_at nulls last, event_at, user_id, anonymous_id, event_name, _landed_at, _row_number
) = 1
