-- Browser, device and week hold every session of a human once, and every landing whose UTM medium is a paid one, with or
-- without the id of a click.
with

sessions as (
    select
        sessions.*,
        coalesce(sessions.browser, 'Unknown') as browser_name,
        coalesce(sessions.device_class, 'unknown') as device,
        cast(date_trunc('week', sessions.started_at) as date) as week_date
    from {{ ref('fct_sessions') }} as sessions
    where not sessions.is_bot
),

mediums as (
    select distinct medium
    from sessions
    where utm_medium is not null
),

paid_mediums as (   -- Rules are asked of each medium once and not of each session.
    select distinct mediums.medium
    from mediums
    inner join {{ ref('channel_rules') }} as channel_rules on {{ matches_pattern('mediums.medium', 'channel_rules.medium_pattern') }}
    inner join {{ ref('channels') }} as channels on channel_rules.channel = channels.channel
    where channels.is_paid
),

paid as (
    select
        sessions.session_id,
        sessions.click_ids
    from sessions
    inner join paid_mediums on sessions.medium = paid_mediums.medium
    where sessions.utm_medium is not null
),

clicks as (
    select concat('"', click_id_parameter, '":') as quoted_name from {{ ref('click_ids') }}
    where kind in ('ad_click', 'affiliate_click', 'click')
),

clicked as (
    select distinct paid.session_id
    from paid
    inner join clicks on position(clicks.quoted_name in paid.click_ids) > 0
),

expected as (
    select
        sessions.browser_name,
        sessions.device,
        sessions.week_date,
        count(*) as session_count,
        count(paid.session_id) as paid_landing_count,
        count(case when clicked.session_id is null then paid.session_id end) as paid_landing_without_click_id_count
    from sessions
    left join paid on sessions.session_id = paid.session_id
    left join clicked on sessions.session_id = clicked.session_id
    group by sessions.browser_name, sessions.device, sessions.week_date
)

select
    coalesce(expected.browser_name, found.browser) as browser,
    coalesce(expected.device, found.device_class) as device_class,
    coalesce(expected.week_date, found.week_date) as week_date,
    expected.session_count as expected_session_count,
    found.session_count,
    expected.paid_landing_count as expected_paid_landing_count,
    found.paid_landing_count,
    expected.paid_landing_without_click_id_count as expected_without_click_id_count,
    found.paid_landing_without_click_id_count
from expected
full outer join {{ ref('fct_capture_loss') }} as found
    on expected.browser_name = found.browser and expected.device = found.device_class and expected.week_date = found.week_date
where
    expected.session_count is distinct from found.session_count
    or expected.paid_landing_count is distinct from found.paid_landing_count
    or expected.paid_landing_without_click_id_count is distinct from found.paid_landing_without_click_id_count
