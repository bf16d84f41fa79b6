-- Question: which marketing touch began the path that ended, half a year later, in this purchase and this opportunity?
-- One row per conversion. In the demo world both rows name the LinkedIn ad clicked on 14 January 2026, with its li_fat_id,
-- although the buyer lost a cookie and bought on another device. A row without li_fat_id, or no row, means that the join
-- from click to sale is broken. For your own case, change the two ids.
with

conversions as (
    select *
    from {{ ref('fct_conversions') }}
    where origin_id in ('pur_planted_case', 'opp_planted_case')
),

paths as (   -- Linear credits every touch, so its rows are the path.
    select
        credits.conversion_id,
        touches.*
    from {{ ref('fct_attribution_credits') }} as credits
    inner join conversions on credits.conversion_id = conversions.conversion_id
    inner join {{ ref('fct_touches') }} as touches on credits.touch_id = touches.touch_id
    where credits.method = 'linear'
),

clicks as (
    select *
    from paths
    where not is_direct
    qualify row_number() over (partition by conversion_id order by touched_at, touch_id) = 1
),

closes as (   -- The touch right before the conversion, to see on which device it ended.
    select *
    from paths
    qualify row_number() over (partition by conversion_id order by touched_at desc, touch_id desc) = 1
),

followed as (
    select
        clicks.conversion_id,
        count(paths.touch_id) - 1 as touch_count_after,
        count(distinct paths.visitor_id) as visitor_count
    from clicks
    inner join paths on clicks.conversion_id = paths.conversion_id and clicks.touched_at <= paths.touched_at
    group by clicks.conversion_id
)

select
    conversions.conversion_type,
    conversions.origin_id,
    conversions.touch_rule,
    clicks.channel,
    clicks.source,
    clicks.campaign,
    {{ json_text('clicks.click_ids', 'li_fat_id') }} as li_fat_id,
    clicks.landing_page_url,
    click_sessions.device_class as click_device_class,
    close_sessions.device_class as close_device_class,
    conversions.reporting_amount as amount,
    {{ seconds_between('clicks.touched_at', 'conversions.converted_at') }} / 86400.0 as days_before,
    followed.touch_count_after,
    followed.visitor_count,
    clicks.visitor_id is distinct from closes.visitor_id as is_other_browser,
    clicks.touched_at,
    conversions.converted_at
from conversions
inner join clicks on conversions.conversion_id = clicks.conversion_id
inner join closes on conversions.conversion_id = closes.conversion_id
inner join followed on conversions.conversion_id = followed.conversion_id
left join {{ ref('fct_sessions') }} as click_sessions on clicks.session_id = click_sessions.session_id
left join {{ ref('fct_sessions') }} as close_sessions on closes.session_id = close_sessions.session_id
order by conversions.converted_at
