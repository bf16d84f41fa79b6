-- Question: what would first touch say if browsers were not joined to people?
-- One row per conversion type and pair of channels: the first touch in the browser that the last touch came from, and the
-- first touch of all people and browsers that count for the conversion. Where the two differ, only identity finds the
-- origin. Typically Direct on the left turns into an ad on the right. Refunds are left out.
with

paths as (   -- Linear credits every touch, so its rows are the path.
    select
        credits.conversion_id,
        credits.conversion_type,
        credits.channel,
        credits.position,
        credits.touch_count,
        credits.touched_at,
        credits.touch_id,
        conversions.reporting_amount,
        coalesce(touches.visitor_id, concat('outside ', touches.touch_id)) as browser
    from {{ ref('fct_attribution_credits') }} as credits
    inner join {{ ref('fct_conversions') }} as conversions on credits.conversion_id = conversions.conversion_id
    inner join {{ ref('fct_touches') }} as touches on credits.touch_id = touches.touch_id
    where credits.method = 'linear' and conversions.conversion_type not in ('refund', 'credit_note')
),

counted as (
    select
        conversion_id,
        count(distinct browser) as browser_count
    from paths
    group by conversion_id
),

last_browsers as (
    select
        conversion_id,
        browser
    from paths
    where position = touch_count
),

alone as (   -- What a tool would see that knows only the last browser.
    select paths.*
    from paths
    inner join last_browsers on paths.conversion_id = last_browsers.conversion_id and paths.browser = last_browsers.browser
    qualify row_number() over (partition by paths.conversion_id order by paths.touched_at, paths.touch_id) = 1
),

joined as (
    select * from paths
    where position = 1
)

select
    joined.conversion_type,
    alone.channel as channel_without_identity,
    joined.channel as channel_with_identity,
    alone.channel != joined.channel as is_changed,
    count(*) as conversion_count,
    count_if(counted.browser_count > 1) as several_browsers_count,
    avg({{ seconds_between('joined.touched_at', 'alone.touched_at') }} / 86400.0) as mean_days_earlier,
    sum(joined.reporting_amount) as amount
from joined
inner join alone on joined.conversion_id = alone.conversion_id
inner join counted on joined.conversion_id = counted.conversion_id
group by joined.conversion_type, alone.channel, joined.channel
order by joined.conversion_type asc, is_changed desc, conversion_count desc, channel_without_identity asc, channel_with_identity asc
