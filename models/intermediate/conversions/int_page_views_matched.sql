-- Grain: page view × conversion type whose pages it belongs to. Bots convert nobody. On a shared browser the page view is of who
-- was signed in by then, while the session is of who opened it.
with

paths as (
    select distinct page_path from {{ ref('int_page_views_accepted') }}
),

matched as (   -- Each path is held against the patterns once.
    select
        paths.page_path,
        conversion_types.conversion_type
    from paths
    inner join {{ ref('conversion_types') }} as conversion_types
        on conversion_types.source = 'page_view' and {{ matches_pattern('lower(paths.page_path)', 'conversion_types.match_pattern') }}
)

select
    matched.conversion_type,
    {{ page_view_id('accepted.') }} as page_view_id,
    coalesce(sightings.person_id, sessions.person_id) as person_id,
    sessionized.occurred_at
from matched
inner join {{ ref('int_page_views_accepted') }} as accepted on matched.page_path = accepted.page_path
inner join {{ ref('int_page_views_sessionized') }} as sessionized
    on
        accepted.source_name = sessionized.source_name
        and accepted._landed_at = sessionized._landed_at
        and accepted._row_number = sessionized._row_number
-- Each has its session. A left join comes after those that leave few page views, or none.
left join {{ ref('int_sessions_assigned') }} as sessions on sessionized.session_id = sessions.session_id
left join {{ ref('int_shared_sightings_assigned') }} as sightings
    on {{ page_view_id('accepted.') }} = sightings.sighting_id and sightings.sighting_kind = 'page_view'
left join {{ ref('int_user_agents_classified') }} as user_agents on accepted.user_agent = user_agents.user_agent
where not sessionized.is_duplicate and not coalesce(user_agents.is_bot, false)
