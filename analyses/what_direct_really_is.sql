-- Question: when last touch says Direct, what brought the person before that?
-- One row per conversion type and channel of the last marketing touch before the direct one. (nothing known) is what stays
-- direct: no marketing touch in the window. The rest is not direct at all, but people coming back. Shares add up to 1 for
-- each conversion type. Refunds are left out.
with

last_touches as (
    select * from {{ ref('fct_attribution_credits') }}
    where method = 'last_touch' and is_direct and conversion_type not in ('refund', 'credit_note')
),

marketing as (   -- Where all touches are direct, last non-direct falls back on direct too.
    select * from {{ ref('fct_attribution_credits') }}
    where method = 'last_non_direct' and not is_direct
),

compared as (
    select
        last_touches.conversion_id,
        last_touches.conversion_type,
        last_touches.amount,
        coalesce(marketing.channel, '(nothing known)') as channel_before,
        {{ seconds_between('marketing.touched_at', 'last_touches.touched_at') }} / 86400.0 as days_between,
        case when marketing.touch_id is not null then marketing_touches.visitor_id is distinct from direct_touches.visitor_id end as is_other_browser
    from last_touches
    inner join {{ ref('fct_touches') }} as direct_touches on last_touches.touch_id = direct_touches.touch_id
    left join marketing on last_touches.conversion_id = marketing.conversion_id
    left join {{ ref('fct_touches') }} as marketing_touches on marketing.touch_id = marketing_touches.touch_id
)

select
    conversion_type,
    channel_before,
    count(*) as conversion_count,
    count(*) / cast(sum(count(*)) over (partition by conversion_type) as double) as conversion_share,
    count_if(is_other_browser) as other_browser_count,
    median(days_between) as median_days_between,
    sum(amount) as amount
from compared
group by conversion_type, channel_before
order by conversion_type asc, conversion_count desc, channel_before asc
