-- Grain: tracked event. A retry repeats the event id; the earliest received stays.
select
    {{ surrogate_key(["'web'", 'trim(event_id)']) }} as tracked_event_id,
    case when trim(anonymous_id) != '' then {{ surrogate_key(["'web'", 'trim(anonymous_id)']) }} end as visitor_id,
    {{ user_key('user_id') }} as user_id,
    {{ redact_email_addresses('lower(trim(event_name))') }} as event_name,
    {{ redact_personal_data(without_user_info('trim(page_url)')) }} as page_url,
    amount,
    upper(trim(currency)) as currency,
    coalesce(event_at, received_at) as occurred_at
from {{ source('web', 'tracked_events') }}
qualify row_number() over (
    partition by trim(event_id) order by received_at nulls last, event_at, user_id, anonymous_id, event_name, _landed_at, _row_number
) = 1
