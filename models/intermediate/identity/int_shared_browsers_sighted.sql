-- Grain: page view, identify call or tracked event on a shared browser, with its session and whom it names.
with

shared as (
    select visitor_id from {{ ref('int_visitors_assigned') }}
    where is_shared
),

sightings as (
    select
        {{ page_view_id('accepted.') }} as sighting_id,
        'page_view' as sighting_kind,
        sessionized.visitor_id,
        sessionized.session_id,
        sessionized.user_id,
        cast(null as varchar) as email_hash,
        sessionized.occurred_at as seen_at
    from {{ ref('int_page_views_sessionized') }} as sessionized
    inner join {{ ref('int_page_views_accepted') }} as accepted
        on sessionized._landed_at = accepted._landed_at and sessionized._row_number = accepted._row_number
    where not sessionized.is_duplicate and sessionized.visitor_id in (select shared.visitor_id from shared)
    union all
    select
        identify_id as sighting_id,
        'identify' as sighting_kind,
        visitor_id,
        null as session_id,
        user_id,
        email_hash,
        identified_at as seen_at
    from {{ ref('stg_web__identifies') }}
    union all
    select
        tracked_event_id as sighting_id,
        'tracked_event' as sighting_kind,
        visitor_id,
        null as session_id,
        user_id,
        null as email_hash,
        occurred_at as seen_at
    from {{ ref('stg_web__tracked_events') }}
),

named as (   -- A word in the place of an id is nobody.
    select
        sightings.*,
        case when ownerless.node is null then 'user:' || sightings.user_id end as user_node,
        'email:' || sightings.email_hash as email_node,
        case sightings.sighting_kind when 'page_view' then 1 when 'identify' then 2 else 3 end as precedence
    from sightings
    inner join shared on sightings.visitor_id = shared.visitor_id
    left join {{ ref('int_identifiers_ownerless') }} as ownerless
        on 'user:' || sightings.user_id = ownerless.node and ownerless.reason = 'placeholder_id'
),

placed as (   -- A call belongs to the session before it until the timeout: a form is sent after its page was viewed.
    select
        * exclude (session_id),
        last_value(session_id ignore nulls) over (
            partition by visitor_id order by seen_at, precedence, sighting_id rows between unbounded preceding and current row
        ) as session_id,
        last_value(case when sighting_kind = 'page_view' then seen_at end ignore nulls) over (
            partition by visitor_id order by seen_at, precedence, sighting_id rows between unbounded preceding and current row
        ) as last_viewed_at
    from named
)

select
    sighting_id,
    sighting_kind,
    visitor_id,
    case when not {{ is_past_timeout('last_viewed_at', 'seen_at') }} then session_id end as session_id,
    user_node,
    email_node,
    precedence,
    seen_at
from placed
