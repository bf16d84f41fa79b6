-- Grain: touch × journey with a known end. A touch may earn credit in two deals: buyers overlap, and hiding that hides
-- revenue. One rule and window for journeys that converted and those that did not.
with

joined as (
    select
        peopled.journey_id,
        touches.touch_id,
        touches.person_id,
        peopled.entity_id,
        peopled.conversion_type,
        touches.channel,
        peopled.touch_rule,
        peopled.precedence,
        peopled.lookback_days,
        touches.is_direct,
        peopled.is_converted,
        {{ seconds_between('touches.touched_at', 'peopled.ended_at') }} as age_seconds,
        touches.touched_at
    from {{ ref('int_journeys_peopled') }} as peopled
    inner join {{ ref('int_touches_classified') }} as touches on peopled.person_id = touches.person_id
)

-- The window is a condition on the age and not part of the join: as a range join it would be planned before the
-- person's equality and compare every touch with every journey.
select
    journey_id,
    touch_id,
    person_id,
    entity_id,
    conversion_type,
    channel,
    touch_rule,
    age_seconds / 86400.0 as age_days,
    is_direct,
    is_converted,
    touched_at
from joined
where age_seconds >= 0 and age_seconds <= lookback_days * 86400.0
-- The strongest rule under which there is any touch.
qualify precedence = min(precedence) over (partition by journey_id)
