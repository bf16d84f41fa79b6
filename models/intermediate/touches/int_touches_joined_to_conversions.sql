-- Grain: touch × conversion. A touch may earn credit in two deals: buyers overlap, and hiding that hides revenue.
with

joined as (
    select
        conversions.conversion_id,
        touches.touch_id,
        touches.person_id,
        conversions.conversion_type,
        touches.channel,
        peopled.touch_rule,
        peopled.precedence,
        touches.is_direct,
        conversion_types.lookback_days,
        {{ seconds_between('touches.touched_at', 'conversions.converted_at') }} as age_seconds,
        touches.touched_at
    from {{ ref('int_conversions_unioned') }} as conversions
    inner join {{ ref('conversion_types') }} as conversion_types on conversions.conversion_type = conversion_types.conversion_type
    inner join {{ ref('int_conversions_peopled') }} as peopled on conversions.conversion_id = peopled.conversion_id
    inner join {{ ref('int_touches_classified') }} as touches on peopled.person_id = touches.person_id
)

-- The window is a condition on the age and not part of the join: as a range join it would be planned before the
-- person's equality and compare every touch with every conversion.
select
    conversion_id,
    touch_id,
    person_id,
    conversion_type,
    channel,
    touch_rule,
    is_direct,
    age_seconds / 86400.0 as age_days,
    touched_at
from joined
where age_seconds >= 0 and age_seconds <= lookback_days * 86400.0
-- The strongest rule under which there is any touch.
qualify precedence = min(precedence) over (partition by conversion_id)
