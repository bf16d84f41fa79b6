-- A credit is of a conversion that exists and of a touch that counts for it; it is unattributed only where no touch does.
with

touched as (
    select distinct conversion_id from {{ ref('int_touches_joined_to_conversions') }}
)

select
    credits.credit_id,
    credits.conversion_id,
    credits.touch_id,
    credits.channel,
    touches.channel as touch_channel
from {{ ref('fct_attribution_credits') }} as credits
left join {{ ref('int_conversions_unioned') }} as conversions on credits.conversion_id = conversions.conversion_id
left join {{ ref('fct_touches') }} as touches on credits.touch_id = touches.touch_id
left join {{ ref('int_touches_joined_to_conversions') }} as counted
    on conversions.credit_conversion_id = counted.conversion_id and credits.touch_id = counted.touch_id
left join touched on conversions.credit_conversion_id = touched.conversion_id
where
    {{ in_part('credits.conversion_id') }}
    and (
        conversions.conversion_id is null
        or (credits.touch_id is not null and (touches.touch_id is null or counted.touch_id is null))
        or (credits.touch_id is null) is distinct from (touched.conversion_id is null)
        or (credits.channel = 'Unattributed') is distinct from (credits.touch_id is null)
        or (credits.touch_id is not null and credits.channel is distinct from touches.channel)
        or (credits.credit > 0 and credits.credit <= 1.000000001) is distinct from true
    )
