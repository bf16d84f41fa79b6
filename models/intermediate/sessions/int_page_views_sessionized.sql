-- Grain: accepted row as received; a duplicate has no session. Visitors with changed page views are done anew, whole.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='visitor_id') }}

with

page_views as (
    select * from {{ ref('int_page_views_deduplicated') }}
    where {{ is_touched_visitor('visitor_id') }}
),

sessionized as (
    select
        page_views.source_name,
        page_views._landed_at,
        page_views._row_number,
        started.session_id is not null as is_session_start,
        last_value(started.session_id ignore nulls) over ({{ up_to_here('page_views.visitor_id', 'page_views.') }}) as session_id
    from page_views
    left join {{ ref('int_sessions_started') }} as started
        on page_views.visitor_id = started.visitor_id and page_views.event_id = started.event_id
    where not page_views.is_duplicate
)

select
    page_views.page_view_id,
    page_views.visitor_id,
    sessionized.session_id,
    page_views.source_name,
    page_views.user_id,
    page_views.evidence_id,
    page_views.is_duplicate,
    coalesce(sessionized.is_session_start, false) as is_session_start,
    page_views.occurred_at,
    page_views._landed_at,
    page_views._row_number
from page_views
left join sessionized
    on
        page_views.source_name = sessionized.source_name
        and page_views._landed_at = sessionized._landed_at
        and page_views._row_number = sessionized._row_number
