-- Grain: visitor and user seen together, and what showed it: a sign-in (page views and identify calls) or a tracked event.
with

seen as (
    select
        accepted.visitor_id,
        accepted.user_id,
        accepted.user_email_hash,
        'sign_in' as link_source,
        accepted.occurred_at as seen_at
    from {{ ref('int_page_views_accepted') }} as accepted
    left join {{ ref('int_page_views_repeated') }} as repeated
        on accepted._landed_at = repeated._landed_at and accepted._row_number = repeated._row_number and accepted.event_id = repeated.event_id
    where accepted.user_id is not null and repeated.event_id is null
    union all
    select
        visitor_id,
        user_id,
        user_email_hash,
        'sign_in' as link_source,
        identified_at as seen_at
    from {{ ref('stg_web__identifies') }}
    where visitor_id is not null and user_id is not null
    union all
    select
        visitor_id,
        user_id,
        user_email_hash,
        'tracked_event' as link_source,
        occurred_at as seen_at
    from {{ ref('stg_web__tracked_events') }}
    where visitor_id is not null and user_id is not null
)

select
    visitor_id,
    user_id,
    max(user_email_hash) as user_email_hash,
    link_source,
    min(seen_at) as first_seen_at,
    max(seen_at) as last_seen_at
from seen
group by visitor_id, user_id, link_source
