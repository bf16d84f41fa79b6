-- Grain: row as received (retries included), with its times and ids read. The texts are still as they came: nothing but the
-- staging models beside it may read them.
with

received as (
    select
        'web' as source_name,
        nullif(trim(event_id), '') as event_id,
        {{ clean_anonymous_id('anonymous_id') }} as anonymous_id,
        {{ clean_id('user_id') }} as user_id,
        {{ email_hash('user_id') }} as user_email_hash,
        trim(page_url) as page_url,
        nullif(trim(referrer), '') as referrer,
        page_title,
        user_agent,
        lower(consent) as consent,
        first_touch,
        last_touch,
        event_at,
        received_at,
        case when sent_at is not null and received_at is not null then {{ seconds_between('sent_at', 'received_at') }} end as clock_lag_seconds,
        coalesce(event_at, received_at, sent_at) as any_time,
        _landed_at,
        _file,
        _row_number
    from {{ source('web', 'page_views') }}
),

corrected as (   -- The request's own delay is far smaller than a wrong clock, so the lag is the clock's error.
    select
        *,
        {{ add_seconds('event_at', 'coalesce(clock_lag_seconds, 0)') }} as corrected_at
    from received
)

select
    case
        when anonymous_id is not null then {{ surrogate_key(['source_name', 'anonymous_id']) }}
        else {{ surrogate_key(['source_name', "'user'", 'user_id']) }}
    end as visitor_id,
    * exclude (any_time, corrected_at),
    case
        when event_id is null then 'missing_event_id'
        when anonymous_id is null and user_id is null then 'missing_visitor'
        when any_time is null then 'unreadable_time'
        when not {{ matches_pattern('lower(coalesce(substr(page_url, 1, 9), \'\'))', "'https?://[^/?#].*'") }} then 'not_a_web_url'
    end as rejection_reason,
    {{ is_time_fallback('corrected_at', 'received_at') }} as is_time_fallback,
    case when {{ is_time_fallback('corrected_at', 'received_at') }} then received_at else coalesce(corrected_at, any_time) end as occurred_at
from corrected
