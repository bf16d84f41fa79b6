-- Grain: tracked event, with the identifier it is of: its user; on a shared browser whoever was there; else the browser.
select
    events.tracked_event_id,
    coalesce(
        sightings.node,
        case when ownerless.node is null then 'user:' || events.user_id end,
        'visitor:' || events.visitor_id,
        'user:' || events.user_id
    ) as node
from {{ ref('stg_web__tracked_events') }} as events
left join {{ ref('int_shared_sightings_assigned') }} as sightings
    on events.tracked_event_id = sightings.sighting_id and sightings.sighting_kind = 'tracked_event'
left join {{ ref('int_identifiers_ownerless') }} as ownerless
    on 'user:' || events.user_id = ownerless.node and ownerless.reason = 'placeholder_id'
