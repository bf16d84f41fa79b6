-- Grain: page view that starts a session. Visitors with changed page views are done anew, whole.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='visitor_id') }}

with recursive

page_views as (
    select * from {{ ref('int_page_views_deduplicated') }}
    where not is_duplicate and {{ is_touched_visitor('visitor_id') }}
),

timed as (
    select
        *,
        lag(occurred_at) over (partition by visitor_id order by occurred_at, event_id) as previous_occurred_at
    from page_views
),

visits as (   -- A visit is what the timeout alone would call a session.
    select
        *,
        count_if({{ is_past_timeout('previous_occurred_at', 'occurred_at') }}) over ({{ up_to_here('visitor_id') }}) as visit_number
    from timed
),

compared as (   -- Within a visit only new evidence starts a session, so hold each page view that has some against the one before.
    select
        *,
        {%- for part in evidence_parts() %}
            lag({{ part }}) over (partition by visitor_id, visit_number order by occurred_at, event_id) as before_{{ part }},
        {%- endfor %}
        {{ is_past_timeout('previous_occurred_at', 'occurred_at') }} as is_visit_start
    from visits
    where {{ is_past_timeout('previous_occurred_at', 'occurred_at') }} or coalesce({{ evidence_parts() | join(', ') }}) is not null
),

stretched as (   -- A value that contradicts the one before starts a session for sure.
    select
        *,
        is_visit_start or {{ evidence_conflicts('', 'before_') }} as is_sure_start,
        count_if(is_visit_start or {{ evidence_conflicts('', 'before_') }}) over ({{ up_to_here('visitor_id') }}) as stretch_number
    from compared
),

stepped as (   -- A value that the one before lacked is new only if the session's first page view lacked it too.
    select
        *,
        row_number() over (partition by visitor_id, stretch_number order by occurred_at, event_id) as step_number
    from stretched
    where is_sure_start or {{ evidence_differs('', 'before_') }}
),

walked as (   -- So walk each stretch with the evidence of the session's first page view in hand.
    select visitor_id, stretch_number, step_number, event_id, {{ evidence_parts() | join(', ') }}, true as is_start
    from stepped
    where is_sure_start
    union all
    select
        stepped.visitor_id,
        stepped.stretch_number,
        stepped.step_number,
        stepped.event_id,
        {%- for part in evidence_parts() %}
            case when {{ evidence_differs('stepped.', 'walked.') }} then stepped.{{ part }} else walked.{{ part }} end as {{ part }},
        {%- endfor %}
        {{ evidence_differs('stepped.', 'walked.') }} as is_start
    from walked
    inner join stepped
        on
            walked.visitor_id = stepped.visitor_id
            and walked.stretch_number = stepped.stretch_number
            and walked.step_number + 1 = stepped.step_number
)

select
    {{ surrogate_key(['stretched.visitor_id', 'stretched.page_view_id']) }} as session_id,
    stretched.visitor_id,
    stretched.page_view_id,
    stretched.source_name,
    stretched.event_id,
    stretched._landed_at
from walked
inner join stretched on walked.visitor_id = stretched.visitor_id and walked.event_id = stretched.event_id
where walked.is_start
