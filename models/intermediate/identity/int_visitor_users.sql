-- Grain: visitor and user seen together, in page views or identify calls.
with

seen as (
    select
        visitor_id,
        user_id,
        occurred_at as seen_at
    from {{ ref('int_page_views_deduplicated') }}
    where user_id is not null and not is_duplicate
    union all
    select
        visitor_id,
        user_id,
        identified_at as seen_at
    from {{ ref('stg_web__identifies') }}
    where visitor_id is not null and user_id is not null
),

paired as (
    select
        visitor_id,
        user_id,
        min(seen_at) as first_seen_at,
        max(seen_at) as last_seen_at
    from seen
    group by visitor_id, user_id
)

-- A browser with more users than the limit belongs to no single person.
select
    *,
    count(*) over (partition by visitor_id) > {{ var('shared_device_user_limit') }} as is_shared_visitor
from paired
