-- Grain: identify event. A retry repeats the event id; the earliest received stays. Without an id each row is its own.
with

received as (
    select
        *,
        {{ clean_anonymous_id('anonymous_id') }} as browser_id,
        coalesce(nullif(trim(event_id), ''), concat(_landed_at, ' ', _row_number)) as own_id
    from {{ source('web', 'identifies') }}
)

select
    {{ surrogate_key(["'web'", 'own_id']) }} as identify_id,
    case when browser_id is not null then {{ surrogate_key(["'web'", 'browser_id']) }} end as visitor_id,
    {{ clean_id('user_id') }} as user_id,
    {{ email_hash('user_id') }} as user_email_hash,
    {{ email_hash('email') }} as email_hash,
    {{ email_domain('email') }} as email_domain,
    {{ email_mailbox_hash('email') }} as email_mailbox_hash,
    case when {{ is_time_fallback('event_at', 'received_at') }} then received_at else coalesce(event_at, received_at) end as identified_at
from received
qualify row_number() over (
    partition by own_id order by received_at nulls last, event_at, user_id, email, anonymous_id, _landed_at, _row_number
) = 1
