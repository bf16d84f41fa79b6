-- Within a session no gap is longer than the timeout, and a session that opens sooner does so with evidence of its own.
with

timed as (
    select
        page_view_id,
        session_id,
        channel,
        occurred_at,
        lag(session_id) over (partition by visitor_id order by occurred_at, event_id) as previous_session_id,
        lag(occurred_at) over (partition by visitor_id order by occurred_at, event_id) as previous_occurred_at
    from {{ ref('fct_page_views') }}
),

judged as (
    select
        *,
        session_id is distinct from previous_session_id as is_new_session,
        {{ is_past_timeout('previous_occurred_at', 'occurred_at') }} as is_past_timeout
    from timed
)

select
    page_view_id,
    session_id,
    previous_session_id,
    previous_occurred_at,
    occurred_at
from judged
where
    (is_past_timeout and not is_new_session)
    or (is_new_session and not is_past_timeout and channel = 'Direct')
