-- Question: how late do page views arrive, and did late ones still change who got credit?
-- One row per source and month in which page views happened. Delay is from the event to its receipt. Late touches are those
-- received only after a conversion that they have credit for: a report made at the time of the conversion did not know
-- them. The last receipt of the newest month says how fresh the data are. Time fallbacks are clocks that could not be
-- right; their delay is 0 by definition, so they are left out of the delays.
with

page_views as (
    select
        page_view_id,
        source_name,
        is_time_fallback,
        cast(date_trunc('month', occurred_at) as date) as month_date,
        {{ seconds_between('occurred_at', 'received_at') }} as delay_seconds,
        received_at
    from {{ ref('fct_page_views') }}
),

late_touches as (
    select distinct sessions.landing_page_view_id as page_view_id
    from {{ ref('fct_attribution_credits') }} as credits
    inner join {{ ref('fct_touches') }} as touches on credits.touch_id = touches.touch_id
    inner join {{ ref('fct_sessions') }} as sessions on touches.session_id = sessions.session_id
    inner join page_views on sessions.landing_page_view_id = page_views.page_view_id
    where credits.method = 'linear' and page_views.received_at > credits.converted_at
)

select
    page_views.source_name,
    page_views.month_date,
    count(*) as page_view_count,
    count_if(page_views.is_time_fallback) as time_fallback_count,
    count(late_touches.page_view_id) as late_touch_count,
    median(case when not page_views.is_time_fallback then page_views.delay_seconds end) as median_delay_seconds,
    percentile_cont(0.99) within group (
        order by case when not page_views.is_time_fallback then page_views.delay_seconds end
    ) as p99_delay_seconds,
    count_if(page_views.delay_seconds > 3600) / cast(count(*) as double) as over_an_hour_share,
    count_if(page_views.delay_seconds > 86400) / cast(count(*) as double) as over_a_day_share,
    max(page_views.received_at) as last_received_at
from page_views
left join late_touches on page_views.page_view_id = late_touches.page_view_id
group by page_views.source_name, page_views.month_date
order by page_views.source_name, page_views.month_date
