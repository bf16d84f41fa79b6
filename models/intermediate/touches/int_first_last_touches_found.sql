-- Grain: visitor or person with a marketing touch, with the first and the last. Direct is neither; last is only ever set by a session.
with

touches as (   -- Few columns until the two touches are found: a sort of whole rows costs the most.
    select
        touch_id,
        person_id,
        visitor_id,
        touch_origin = 'session' as is_session,
        touched_at
    from {{ ref('int_touches_classified') }}
    where not is_direct
),

marketing as (
    select
        'visitor' as entity_type,
        visitor_id as entity_id,
        touch_id,
        is_session,
        touched_at
    from touches
    where visitor_id is not null
    union all
    select
        'person' as entity_type,
        person_id as entity_id,
        touch_id,
        is_session,
        touched_at
    from touches
),

timed as (   -- Any touch is last until a session overwrites it.
    select
        entity_type,
        entity_id,
        min(touched_at) as first_touched_at,
        max(case when is_session then touched_at end) as last_session_at,
        max(touched_at) as last_touched_at
    from marketing
    group by entity_type, entity_id
)

select
    timed.entity_type,
    timed.entity_id,
    min(case when marketing.touched_at = timed.first_touched_at then marketing.touch_id end) as first_touch_id,
    max(
        case
            when marketing.is_session and marketing.touched_at = timed.last_session_at then marketing.touch_id
            when timed.last_session_at is null and marketing.touched_at = timed.last_touched_at then marketing.touch_id
        end
    ) as last_touch_id
from marketing
inner join timed on marketing.entity_type = timed.entity_type and marketing.entity_id = timed.entity_id
group by timed.entity_type, timed.entity_id
