-- Grain: visitor with a first touch: in its own browser's memory, or known of its person by the time of its last session.
with

known as (   -- What came after the visitor's last session, no browser could have kept.
    select
        visitors.visitor_id,
        touches.channel,
        touches.source,
        touches.campaign,
        touches.touch_origin,
        touches.visitor_id as touch_visitor_id,
        touches.touched_at,
        {{ seconds_between('touches.touched_at', 'visitors.last_session_at') }} / 86400.0 as age_days
    from {{ ref('int_visitors_captured') }} as visitors
    inner join {{ ref('int_first_last_touches_found') }} as firsts on visitors.person_id = firsts.entity_id and firsts.entity_type = 'person'
    inner join {{ ref('fct_touches') }} as touches on firsts.first_touch_id = touches.touch_id
    where touches.touched_at <= visitors.last_session_at
),

compared as (
    select
        visitors.*,
        known.channel as warehouse_channel,
        known.source as warehouse_source,
        known.campaign as warehouse_campaign,
        known.touch_origin as warehouse_first_touch_origin,
        case
            when visitors.browser_first_touched_at is null then 'browser_has_none'
            when known.visitor_id is null then 'warehouse_has_none'
            when {{ is_past_timeout('known.touched_at', 'visitors.browser_first_touched_at') }} then 'browser_is_later'
            when {{ is_past_timeout('visitors.browser_first_touched_at', 'known.touched_at') }} then 'browser_is_earlier'
            -- A campaign is another one only where both name it: the platform may name an id that came alone.
            when
                visitors.browser_channel = known.channel and visitors.browser_source = known.source
                and coalesce(visitors.browser_campaign = known.campaign, true)
                then 'agree'
            else 'same_time_other_evidence'
        end as comparison,
        cast(known.age_days as double) as age_days,
        known.visitor_id is not null
        and known.touch_visitor_id is distinct from visitors.visitor_id
        and (own.touched_at is null or own.touched_at > known.touched_at) as is_recovered_by_identity,
        own.touched_at as visitor_first_touched_at,
        known.touched_at as warehouse_first_touched_at
    from {{ ref('int_visitors_captured') }} as visitors
    left join known on visitors.visitor_id = known.visitor_id
    left join {{ ref('int_first_last_touches_found') }} as firsts on visitors.visitor_id = firsts.entity_id and firsts.entity_type = 'visitor'
    left join {{ ref('int_touches_classified') }} as own on firsts.first_touch_id = own.touch_id
    where visitors.browser_first_touched_at is not null or known.visitor_id is not null
)

select
    visitor_id,
    person_id,
    browser,
    device_class,
    browser_channel,
    browser_source,
    browser_campaign,
    warehouse_channel,
    warehouse_source,
    warehouse_campaign,
    warehouse_first_touch_origin,
    comparison,
    case
        when age_days <= 7 then '0-7'
        when age_days <= 30 then '8-30'
        when age_days <= 90 then '31-90'
        when age_days > 90 then '91+'
    end as age_band,
    age_days,
    comparison = 'agree' as is_agreement,
    is_recovered_by_identity,
    browser_first_touched_at,
    visitor_first_touched_at,
    warehouse_first_touched_at
from compared
