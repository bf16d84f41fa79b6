-- What breaks a rule is a page view that counts, in its session and of its visitor. Held against the events, whose source and id are the
-- page view's id: of the hash of both for every page view most of the time would be spent.
with

violations as (
    select
        source_name,
        event_id,
        session_id,
        visitor_id
    from {{ ref('int_page_view_violations') }}
    where session_id is not null and {{ in_part('visitor_id') }}
),

page_views as (
    select
        source_name,
        event_id,
        session_id,
        visitor_id
    from {{ ref('fct_page_views') }}
    where {{ in_part('visitor_id') }}
)

select violations.*
from violations
left join page_views
    on
        violations.visitor_id = page_views.visitor_id
        and violations.source_name = page_views.source_name
        and violations.event_id = page_views.event_id
where page_views.event_id is null or violations.session_id is distinct from page_views.session_id
