-- A touch with credit is at or before its conversion and within the lookback of its type, to the microsecond. What takes
-- another back is held against that one's time and window.
with

credited as (
    select
        credits.credit_id,
        credits.touched_at,
        credits.age_days,
        originals.conversion_type,
        originals.converted_at
    from {{ ref('fct_attribution_credits') }} as credits
    inner join {{ ref('fct_conversions') }} as conversions on credits.conversion_id = conversions.conversion_id
    inner join {{ ref('fct_conversions') }} as originals
        on coalesce(conversions.original_conversion_id, conversions.conversion_id) = originals.conversion_id
    where credits.touch_id is not null
)

select
    credited.credit_id,
    credited.conversion_type,
    credited.touched_at,
    credited.converted_at,
    conversion_types.lookback_days
from credited
inner join {{ ref('conversion_types') }} as conversion_types on credited.conversion_type = conversion_types.conversion_type
where
    (credited.touched_at <= credited.converted_at) is distinct from true
    or credited.touched_at < {{ add_seconds('credited.converted_at', 'conversion_types.lookback_days * -86400') }}
    or (
        abs(credited.age_days - {{ seconds_between('credited.touched_at', 'credited.converted_at') }} / 86400.0) <= 0.000001
    ) is distinct from true
