-- First is the earliest marketing touch, last the latest of a session, for every visitor and person that has one and nobody else.
with

marketing as (
    select
        'person' as entity_type,
        person_id as entity_id,
        touch_origin,
        touched_at
    from {{ ref('fct_touches') }}
    where channel != 'Direct' and {{ in_part('person_id') }}
    union all
    select
        'visitor' as entity_type,
        visitor_id as entity_id,
        touch_origin,
        touched_at
    from {{ ref('fct_touches') }}
    where channel != 'Direct' and visitor_id is not null and {{ in_part('visitor_id') }}
),

expected as (
    select
        entity_type,
        entity_id,
        min(touched_at) as first_touched_at,
        coalesce(max(case when touch_origin = 'session' then touched_at end), max(touched_at)) as last_touched_at
    from marketing
    group by entity_type, entity_id
),

found as (
    select * from {{ ref('fct_first_last_touches') }}
    where {{ in_part('entity_id') }}
)

select
    coalesce(expected.entity_type, found.entity_type) as entity_type,
    coalesce(expected.entity_id, found.entity_id) as entity_id,
    expected.first_touched_at as expected_first_touched_at,
    found.first_touched_at,
    expected.last_touched_at as expected_last_touched_at,
    found.last_touched_at
from expected
full outer join found on expected.entity_type = found.entity_type and expected.entity_id = found.entity_id
where
    expected.first_touched_at is distinct from found.first_touched_at
    or expected.last_touched_at is distinct from found.last_touched_at
    or found.first_channel = 'Direct'
    or found.last_channel = 'Direct'
