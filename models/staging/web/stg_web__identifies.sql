-- Grain: identify event. A retry repeats the event id; the earliest received stays.
select
    {{ surrogate_key(["'web'", 'event_id']) }} as identify_id,
    case when trim(anonymous_id) != '' then {{ surrogate_key(["'web'", 'trim(anonymous_id)']) }} end as visitor_id,
    {{ user_key('user_id') }} as user_id,
    {{ email_hash('email') }} as email_hash,
    {{ email_domain('email') }} as email_domain,
    coalesce(event_at, received_at) as identified_at
from {{ source('web', 'identifies') }}
qualify row_number() over (partition by event_id order by received_at nulls last, _landed_at, _row_number) = 1
