-- Grain: visitor or person with a marketing touch. Direct overwrites neither; last is only ever set by a session.
with

marketing as (
    select
        'visitor' as entity_type,
        visitor_id as entity_id,
        touches.* exclude (visitor_id)
    from {{ ref('fct_touches') }} as touches
    where not is_direct and visitor_id is not null
    union all
    select
        'person',
        person_id,
        touches.* exclude (visitor_id)
    from {{ ref('fct_touches') }} as touches
    where not is_direct
),

firsts as (
    select *
    from marketing
    qualify row_number() over (partition by entity_type, entity_id order by touched_at, touch_id) = 1
),

lasts as (   -- Any touch is last until a session overwrites it.
    select *
    from marketing
    qualify row_number() over (
        partition by entity_type, entity_id
        order by case when touch_origin = 'session' then 0 else 1 end, touched_at desc, touch_id desc
    ) = 1
)

select
    {{ surrogate_key(['firsts.entity_type', 'firsts.entity_id']) }} as first_last_touch_id,
    firsts.entity_type,
    firsts.entity_id,
    firsts.person_id,
{%- for side in ['first', 'last'] %}
    {{ side }}s.touch_id as {{ side }}_touch_id,
    {{ side }}s.touch_origin as {{ side }}_touch_origin,
    {{ side }}s.channel as {{ side }}_channel,
    {{ side }}s.source as {{ side }}_source,
    {{ side }}s.medium as {{ side }}_medium,
    {{ side }}s.campaign as {{ side }}_campaign,
    {{ side }}s.click_ids as {{ side }}_click_ids,
    {{ side }}s.landing_page_url as {{ side }}_landing_page_url,
    {{ side }}s.touched_at as {{ side }}_touched_at{{ ',' if not loop.last }}

{%- endfor %}
from firsts
inner join lasts on firsts.entity_type = lasts.entity_type and firsts.entity_id = lasts.entity_id
