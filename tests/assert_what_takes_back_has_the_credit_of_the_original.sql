-- A refund or credit note gives each touch the same share as what it takes back did, by the same methods.
with

reversals as (
    select
        conversions.conversion_id,
        conversions.original_conversion_id,
        methods.method
    from {{ ref('fct_conversions') }} as conversions
    cross join {{ ref('attribution_methods') }} as methods
    where conversions.original_conversion_id is not null
),

compared as (
    select
        reversals.conversion_id,
        reversals.method,
        coalesce(credits.touch_id, '(none)') as touch_id,
        credits.credit,
        0 as original_credit
    from reversals
    inner join {{ ref('fct_attribution_credits') }} as credits
        on reversals.conversion_id = credits.conversion_id and reversals.method = credits.method
    union all
    select
        reversals.conversion_id,
        reversals.method,
        coalesce(credits.touch_id, '(none)') as touch_id,
        0 as credit,
        credits.credit as original_credit
    from reversals
    inner join {{ ref('fct_attribution_credits') }} as credits
        on reversals.original_conversion_id = credits.conversion_id and reversals.method = credits.method
)

select
    conversion_id,
    method,
    touch_id,
    sum(credit) as credit,
    sum(original_credit) as original_credit
from compared
group by conversion_id, method, touch_id
having (abs(sum(credit) - sum(original_credit)) <= 0.000000001) is distinct from true
