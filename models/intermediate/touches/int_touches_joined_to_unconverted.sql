-- Grain: touch × journey that did not convert, by the same people, rules and window as for those that did.
with

joined as (
    select
        unconverted.journey_id,
        touches.touch_id,
        touches.channel,
        peopled.touch_rule,
        peopled.precedence,
        unconverted.lookback_days,
        touches.is_direct,
        {{ seconds_between('touches.touched_at', 'unconverted.ended_at') }} as age_seconds,
        touches.touched_at
    from {{ ref('int_opportunities_unconverted') }} as unconverted
    inner join {{ ref('int_opportunities_peopled') }} as peopled on unconverted.opportunity_id = peopled.opportunity_id
    inner join {{ ref('int_touches_classified') }} as touches on peopled.person_id = touches.person_id
)

select
    journey_id,
    touch_id,
    channel,
    touch_rule,
    is_direct,
    touched_at
from joined
where age_seconds >= 0 and age_seconds <= lookback_days * 86400.0
qualify precedence = min(precedence) over (partition by journey_id)
