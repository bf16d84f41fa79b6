-- A touch with credit is at or before its conversion and within the lookback of its type, to the microsecond.
select
    credits.credit_id,
    credits.conversion_type,
    credits.touched_at,
    credits.converted_at,
    conversion_types.lookback_days
from {{ ref('fct_attribution_credits') }} as credits
inner join {{ ref('conversion_types') }} as conversion_types on credits.conversion_type = conversion_types.conversion_type
where
    credits.touch_id is not null
    and (
        (credits.touched_at <= credits.converted_at) is distinct from true
        or credits.touched_at < {{ add_seconds('credits.converted_at', 'conversion_types.lookback_days * -86400') }}
        or abs(credits.age_days - {{ seconds_between('credits.touched_at', 'credits.converted_at') }} / 86400.0) > 0.000001
    )
