-- Grain: accepted page view × tracking rule that it breaks outside its parameters.
with

page_views as (
    select
        accepted.*,
        {{ page_view_id('accepted.') }} as page_view_id,
        sessions.evidence_id is not null as is_marketing_session,
        coalesce(user_agents.is_bot, false) as is_bot
    from {{ ref('int_page_views_sessionized') }} as sessionized
    inner join {{ ref('int_page_views_accepted') }} as accepted
        on
            sessionized.source_name = accepted.source_name
            and sessionized._landed_at = accepted._landed_at
            and sessionized._row_number = accepted._row_number
    inner join {{ ref('int_sessions') }} as sessions on sessionized.session_id = sessions.session_id
    left join {{ ref('int_user_agents_classified') }} as user_agents on accepted.user_agent = user_agents.user_agent
),

sources_with_state as (   -- A web-server log has no browser state to miss.
    select distinct source_name from page_views
    where has_first_touch
),

test_page_hosts as (
    select page_hosts.page_host
    from (select distinct page_host from page_views) as page_hosts
    inner join {{ ref('test_hosts') }} as test_hosts on {{ matches_pattern('page_hosts.page_host', 'test_hosts.pattern') }}
    group by page_hosts.page_host
)

select
    page_views.page_view_id,
    'no_self_referral_utms' as rule,
    page_views.referrer as found_value
from page_views
inner join {{ ref('int_parameters_parsed') }} as parsed on page_views.parameters = parsed.parameters
where
    coalesce(parsed.utm_source, parsed.utm_medium, parsed.utm_campaign) is not null
    and page_views.has_own_referrer
union all
select
    page_views.page_view_id,
    'no_payment_or_sso_touch' as rule,
    excluded_referrers.host as found_value
from page_views
inner join {{ ref('int_parameters_parsed') }} as parsed on page_views.parameters = parsed.parameters
inner join {{ ref('excluded_referrers') }} as excluded_referrers
    on lower(parsed.utm_source) = excluded_referrers.host or lower(parsed.utm_source) like concat('%.', excluded_referrers.host)
union all
select
    page_views.page_view_id,
    'no_payment_or_sso_touch' as rule,
    referrers.referrer_host as found_value
from page_views
inner join {{ ref('int_referrers_classified') }} as referrers on page_views.referrer_location = referrers.referrer_location
where referrers.excluded_kind is null and referrers.referrer_category is null and {{ looks_like_payment_or_sso('referrers.referrer_host') }}
union all
select
    page_view_id,
    'no_personal_data_in_url' as rule,
    case when page_url like '%redacted-%' then page_url else referrer end as found_value
from page_views
where has_personal_data
union all
select
    page_views.page_view_id,
    'touch_state_present' as rule,
    page_views.page_path as found_value
from page_views
inner join sources_with_state on page_views.source_name = sources_with_state.source_name
where
    page_views.is_marketing_session and not page_views.is_bot
    and page_views.consent is distinct from 'denied' and not page_views.has_first_touch
union all
select
    page_view_id,
    'client_clock_within_an_hour' as rule,
    concat(cast(round(clock_lag_seconds) as varchar), ' seconds') as found_value
from page_views
where abs(clock_lag_seconds) > 3600 or is_time_fallback
union all
select
    page_views.page_view_id,
    'no_test_traffic' as rule,
    page_views.page_host as found_value
from page_views
inner join test_page_hosts on page_views.page_host = test_page_hosts.page_host
