-- Grain: journey with a known end × person whose touches may count for it. The journey is a conversion, or an opportunity
-- that did not reach a conversion type.
select
    conversions.conversion_id as journey_id,
    coalesce(conversions.person_id, conversions.account_id, conversions.opportunity_id) as entity_id,
    peopled.person_id,
    conversions.conversion_type,
    peopled.touch_rule,
    peopled.precedence,
    conversion_types.lookback_days,
    true as is_converted,
    conversions.converted_at as ended_at
from {{ ref('int_conversions_unioned') }} as conversions
inner join {{ ref('conversion_types') }} as conversion_types on conversions.conversion_type = conversion_types.conversion_type
inner join {{ ref('int_conversions_peopled') }} as peopled on conversions.conversion_id = peopled.conversion_id
union all
select
    unconverted.journey_id,
    coalesce(unconverted.account_id, unconverted.opportunity_id) as entity_id,
    peopled.person_id,
    unconverted.conversion_type,
    peopled.touch_rule,
    peopled.precedence,
    unconverted.lookback_days,
    false as is_converted,
    unconverted.ended_at
from {{ ref('int_opportunities_unconverted') }} as unconverted
inner join {{ ref('int_opportunities_peopled') }} as peopled on unconverted.opportunity_id = peopled.opportunity_id
