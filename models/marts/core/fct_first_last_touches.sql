-- Grain: visitor or person with a marketing touch. Direct overwrites neither; last is only ever set by a session.
with

marketing as (
    select
        'visitor' as entity_type,
        touches.visitor_id as entity_id,
        touches.* exclude (visitor_id)
    from {{ ref('fct_touches') }} as touches
    where not touches.is_direct and touches.visitor_id is not null
    union all
    select
        'person' as entity_type,
        touches.person_id as entity_id,
        touches.* exclude (visitor_id)
    from {{ ref('fct_touches') }} as touches
    where not touches.is_direct
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
    firsts.touch_id as first_touch_id,
    firsts.touch_origin as first_touch_origin,
    firsts.channel as first_channel,
    firsts.source as first_source,
    firsts.medium as first_medium,
    firsts.campaign as first_campaign,
    firsts.click_ids as first_click_ids,
    firsts.landing_page_url as first_landing_page_url,
    firsts.touched_at as first_touched_at,
    lasts.touch_id as last_touch_id,
    lasts.touch_origin as last_touch_origin,
    lasts.channel as last_channel,
    lasts.source as last_source,
    lasts.medium as last_medium,
    lasts.campaign as last_campaign,
    lasts.click_ids as last_click_ids,
    lasts.landing_page_url as last_landing_page_url,
    lasts.touched_at as last_touched_at
from firsts
inner join lasts on firsts.entity_type = lasts.entity_type and firsts.entity_id = lasts.entity_id
