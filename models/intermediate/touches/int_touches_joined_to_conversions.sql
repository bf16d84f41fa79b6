-- Grain: touch × conversion. A touch may earn credit in two deals: buyers overlap, and hiding that hides revenue.
select
    conversions.conversion_id,
    touches.touch_id,
    conversions.conversion_type,
    touches.channel,
    peopled.touch_rule,
    touches.is_direct,
    {{ seconds_between('touches.touched_at', 'conversions.converted_at') }} / 86400.0 as age_days,
    touches.touched_at
from {{ ref('int_conversions_unioned') }} as conversions
inner join {{ ref('conversion_types') }} as conversion_types on conversions.conversion_type = conversion_types.conversion_type
inner join {{ ref('int_conversions_peopled') }} as peopled on conversions.conversion_id = peopled.conversion_id
inner join {{ ref('int_touches_classified') }} as touches
    on peopled.person_id = touches.person_id
    and touches.touched_at <= conversions.converted_at
    and touches.touched_at >= {{ add_seconds('conversions.converted_at', 'conversion_types.lookback_days * -86400') }}
