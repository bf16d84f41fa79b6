-- Browser, device and week hold every session of a human once, and every landing whose UTM medium is a paid one, with or
-- without the id of a click.
with

sessions as (
    select
        coalesce(browser, 'Unknown') as browser,
        coalesce(device_class, 'unknown') as device_class,
        case when utm_medium is not null then medium end as tagged_medium,
        -- The names without the values, which are few.
        {{ replace_pattern("case when utm_medium is not null then click_ids end", ':"[^"]*"', ':') }} as click_names,
        cast(date_trunc('week', started_at) as date) as week_date
    from {{ ref('fct_sessions') }}
    where not is_bot
),

mediums as (
    select distinct tagged_medium as medium from sessions
),

paid_mediums as (   -- Rules are asked of each medium once and not of each session.
    select distinct mediums.medium
    from mediums
    inner join {{ ref('channel_rules') }} as channel_rules on {{ matches_pattern('mediums.medium', 'channel_rules.medium_pattern') }}
    inner join {{ ref('channels') }} as channels on channel_rules.channel = channels.channel
    where channels.is_paid
),

clicks as (
    select concat('"', click_id_parameter, '":') as quoted_name from {{ ref('click_ids') }}
    where kind in ('ad_click', 'affiliate_click', 'click')
),

clicked as (
    select distinct named.click_names
    from (select distinct sessions.click_names from sessions) as named
    inner join clicks on position(clicks.quoted_name in named.click_names) > 0
),

expected as (
    select
        sessions.browser,
        sessions.device_class,
        sessions.week_date,
        count(*) as session_count,
        count(paid_mediums.medium) as paid_landing_count,
        count(case when clicked.click_names is null then paid_mediums.medium end) as paid_landing_without_click_id_count
    from sessions
    left join paid_mediums on sessions.tagged_medium = paid_mediums.medium
    left join clicked on sessions.click_names = clicked.click_names
    group by sessions.browser, sessions.device_class, sessions.week_date
)

select
    coalesce(expected.browser, found.browser) as browser,
    coalesce(expected.device_class, found.device_class) as device_class,
    coalesce(expected.week_date, found.week_date) as week_date,
    expected.session_count as expected_session_count,
    found.session_count,
    expected.paid_landing_count as expected_paid_landing_count,
    found.paid_landing_count,
    expected.paid_landing_without_click_id_count as expected_without_click_id_count,
    found.paid_landing_without_click_id_count
from expected
full outer join {{ ref('fct_capture_loss') }} as found
    on expected.browser = found.browser and expected.device_class = found.device_class and expected.week_date = found.week_date
where
    expected.session_count is distinct from found.session_count
    or expected.paid_landing_count is distinct from found.paid_landing_count
    or expected.paid_landing_without_click_id_count is distinct from found.paid_landing_without_click_id_count
