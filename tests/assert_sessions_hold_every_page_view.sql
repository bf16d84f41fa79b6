-- A session holds all its page views and no others, starts with the first, ends with the last, and has one landing: each page view is
-- of a session, and each landing is a page view.
with

counted as (
    select
        session_id,
        count(*) as page_view_count,
        count_if(is_session_start) as start_count,
        min(case when is_session_start then page_view_id end) as landing_page_view_id,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at
    from {{ ref('fct_page_views') }}
    where {{ in_part('visitor_id') }}
    group by session_id
),

sessions as (
    select * from {{ ref('fct_sessions') }}
    where {{ in_part('visitor_id') }}
)

select
    sessions.session_id,
    counted.session_id as counted_session_id,
    sessions.page_view_count,
    counted.page_view_count as counted_page_view_count
from sessions
full outer join counted on sessions.session_id = counted.session_id
where
    sessions.session_id is null
    or sessions.page_view_count is distinct from counted.page_view_count
    or sessions.landing_page_view_id is distinct from counted.landing_page_view_id
    or sessions.started_at is distinct from counted.started_at
    or sessions.ended_at is distinct from counted.ended_at
    or counted.start_count is distinct from 1
