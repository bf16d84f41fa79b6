-- Grain: session. A visitor's duplicates stand under a null session, so that a visitor left with nothing else is still
-- brought up to date.
{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='visitor_id',
    meta={'zstd_columns': ['landing_page_url', 'parameters']}
) }}

with

sessions as (
    select
        session_id,
        visitor_id,
        min(source_name) as source_name,
        count(*) as page_view_count,
        max(occurred_at) as ended_at,
        max(_landed_at) as _landed_at
    from {{ ref('int_page_views_sessionized') }}
    where {{ is_touched_visitor('visitor_id') }} and {{ in_part('visitor_id') }}
    group by session_id, visitor_id
),

signed_in as (   -- Who was signed in last in the session.
    select
        session_id,
        user_id
    from {{ ref('int_page_views_sessionized') }}
    where user_id is not null and session_id is not null and {{ is_touched_visitor('visitor_id') }} and {{ in_part('visitor_id') }}
    qualify row_number() over (partition by session_id order by occurred_at desc, user_id desc) = 1
),

landings as (   -- Long texts, so what starts no session is left out before they are joined.
    select * from {{ ref('int_page_views_accepted') }}
    where {{ in_part('visitor_id') }} and (source_name, _landed_at, _row_number) in (
        select
            started.source_name,
            started._landed_at,
            started._row_number
        from {{ ref('int_sessions_started') }} as started
        where {{ is_touched_visitor('started.visitor_id') }} and {{ in_part('started.visitor_id') }}
    )
)

select
    sessions.session_id,
    sessions.visitor_id,
    sessions.source_name,
    {{ page_view_id('started.') }} as landing_page_view_id,
    started.evidence_id,
    signed_in.user_id,
    landings.page_url as landing_page_url,
    landings.page_host as landing_page_host,
    landings.page_path as landing_page_path,
    landings.referrer,
    landings.parameters,
    landings.parameter_template,
    landings.user_agent,
    landings.consent,
    sessions.page_view_count,
    started.started_at,
    sessions.ended_at,
    sessions._landed_at
from sessions
left join {{ ref('int_sessions_started') }} as started on sessions.session_id = started.session_id and {{ in_part('started.visitor_id') }}
left join signed_in on sessions.session_id = signed_in.session_id
left join landings
    on
        started.source_name = landings.source_name
        and started._landed_at = landings._landed_at
        and started._row_number = landings._row_number
