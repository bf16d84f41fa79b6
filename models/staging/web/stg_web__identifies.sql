-- Grain: identify event. A retry repeats the event id; the earliest received stays. Without an id each row is its own.
with

received as (
    select
        *,
        coalesce(nullif(trim(event_id), ''), concat(_landed_at, ' ', _row_number)) as own_id
    from {{ source('web', 'identifies') }}
)

select
    {{ surrogate_key(["'web'", 'own_id']) }} as identify_id,
    case when trim(anonymous_id) != '' then {{ surrogate_key(["'web'", 'trim(anonymous_id)']) }} end as visitor_id,
    {{ user_key('user_id') }} as user_id,
    {{ email_hash('email') }} as email_hash,
    {{ email_domain('email') }} as email_domain,
    {{ email_mailbox_hash('email') }} as email_mailbox_hash,
    coalesce(event_at, received_at) as identified_at
from received
qualify row_number() over (
    partition by own_id order by received_at nulls last, event_at, user_id, email, anonymous_id, _landed_at, _row_number
) = 1
