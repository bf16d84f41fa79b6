-- Grain: session, by the page view that starts it. Visitors with changed page views are done anew, whole.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='visitor_id') }}

with recursive

timed as (
    select
        visitor_id, source_name, event_id, evidence_id, {{ evidence_parts() | join(', ') }}, occurred_at, _landed_at, _row_number,
        lag(occurred_at) over (partition by visitor_id order by occurred_at, event_id) as previous_occurred_at
    from {{ ref('int_page_views_deduplicated') }}
    where not is_duplicate and {{ is_touched_visitor('visitor_id') }} and {{ in_part('visitor_id') }}
),

candidates as (   -- A visit is what the timeout alone would call a session. Within it only new evidence starts one.
    select
        *,
        {{ is_past_timeout('previous_occurred_at', 'occurred_at') }} as is_visit_start
    from timed
    where {{ is_past_timeout('previous_occurred_at', 'occurred_at') }} or coalesce({{ evidence_parts() | join(', ') }}) is not null
),

contested as (   -- Few visitors bring any there.
    select visitor_id from candidates
    where not is_visit_start
),

compared as (   -- So hold each page view of theirs against the one before. A visit's first has nothing before it.
    select
        {%- for part in evidence_parts() %}
            lag(candidates.{{ part }}) over (
                partition by candidates.visitor_id order by candidates.occurred_at, candidates.event_id
            ) as before_{{ part }},
        {%- endfor %}
        candidates.*
    from candidates
    where candidates.visitor_id in (select contested.visitor_id from contested)
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
    where not is_sure_start and {{ evidence_differs('', 'before_') }}
),

walked as (   -- So walk the stretches that have such steps with the evidence of the session's first page view in hand.
    select visitor_id, stretch_number, 0 as step_number, event_id, {{ evidence_parts() | join(', ') }}, false as is_start
    from stretched
    where
        is_sure_start and (visitor_id, stretch_number) in (select
            stepped.visitor_id,
            stepped.stretch_number
        from stepped)
    union all
    select
        stepped.visitor_id, stepped.stretch_number, stepped.step_number, stepped.event_id,
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
    {{ surrogate_key(['visitor_id', page_view_id()]) }} as session_id,
    visitor_id, source_name, event_id, evidence_id, occurred_at as started_at, _landed_at, _row_number
from candidates
where
    is_visit_start
    or (visitor_id, event_id) in (select
        stretched.visitor_id,
        stretched.event_id
    from stretched
    where stretched.is_sure_start)
    or (visitor_id, event_id) in (select
        walked.visitor_id,
        walked.event_id
    from walked
    where walked.is_start)
