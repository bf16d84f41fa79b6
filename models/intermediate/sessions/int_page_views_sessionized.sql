-- Grain: accepted row as received; a duplicate has no session. Visitors with changed page views are done anew, whole.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='visitor_id') }}

with

page_views as (
    select
        accepted.source_name,
        accepted.visitor_id,
        accepted.event_id,
        accepted.user_id,
        started.session_id as started_session_id,
        repeated.event_id is not null as is_duplicate,
        accepted.occurred_at,
        accepted._landed_at,
        accepted._row_number
    from {{ ref('int_page_views_accepted') }} as accepted
    left join {{ ref('int_page_views_repeated') }} as repeated
        on accepted._landed_at = repeated._landed_at and accepted._row_number = repeated._row_number and accepted.event_id = repeated.event_id
    left join {{ ref('int_sessions_started') }} as started
        on accepted._landed_at = started._landed_at and accepted._row_number = started._row_number and {{ in_part('started.visitor_id') }}
    where {{ is_touched_visitor('accepted.visitor_id') }} and {{ in_part('accepted.visitor_id') }}
)

select
    visitor_id,
    case when not is_duplicate then last_value(started_session_id ignore nulls) over ({{ up_to_here('visitor_id') }}) end as session_id,
    source_name,
    user_id,
    started_session_id is not null and not is_duplicate as is_session_start,
    is_duplicate,
    occurred_at,
    _landed_at,
    _row_number
from page_views
