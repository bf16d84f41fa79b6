-- Within a session no gap is longer than the timeout, and a session that opens sooner opens with evidence that differs from
-- that of the session before.
with

timed as (
    select
        page_views.event_id,
        page_views.visitor_id,
        sessionized.session_id,
        page_views.occurred_at,
        {{ evidence_parts() | join(', ') }},
        lag(sessionized.session_id) over (partition by page_views.visitor_id order by page_views.occurred_at, page_views.event_id) as previous_session_id,
        lag(page_views.occurred_at) over (partition by page_views.visitor_id order by page_views.occurred_at, page_views.event_id) as previous_occurred_at
    from {{ ref('int_page_views_deduplicated') }} as page_views
    inner join {{ ref('int_page_views_sessionized') }} as sessionized
        on
            page_views.source_name = sessionized.source_name
            and page_views._landed_at = sessionized._landed_at
            and page_views._row_number = sessionized._row_number
            and {{ in_part('sessionized.visitor_id') }}
    where not page_views.is_duplicate and {{ in_part('page_views.visitor_id') }}
),

judged as (
    select
        *,
        session_id is distinct from previous_session_id as is_new_session,
        {{ is_past_timeout('previous_occurred_at', 'occurred_at') }} as is_past_timeout
    from timed
),

openings as (
    select * from judged
    where is_new_session
)

select
    judged.event_id,
    judged.session_id,
    judged.previous_session_id,
    judged.previous_occurred_at,
    judged.occurred_at
from judged
left join openings on judged.previous_session_id = openings.session_id
where
    (judged.is_past_timeout and not judged.is_new_session)
    or (judged.is_new_session and not judged.is_past_timeout and not {{ evidence_differs('judged.', 'openings.') }})
    or (not judged.is_new_session and {{ evidence_differs('judged.', 'openings.') }})
