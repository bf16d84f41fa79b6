-- Grain: accepted page view × tracking rule that it breaks outside its parameters.
with

excluded_sources as (   -- Sources are few, so each is compared once.
    select
        sources.utm_source,
        min(excluded_referrers.host) as excluded_host
    from (select distinct utm_source from {{ ref('int_parameters_parsed') }}) as sources
    inner join {{ ref('excluded_referrers') }} as excluded_referrers
        on lower(sources.utm_source) = excluded_referrers.host or lower(sources.utm_source) like concat('%.', excluded_referrers.host)
    group by sources.utm_source
),

test_page_hosts as (
    select distinct page_hosts.page_host
    from (select distinct page_host from {{ ref('int_page_views_accepted') }}) as page_hosts
    inner join {{ ref('test_hosts') }} as test_hosts on {{ matches_pattern('page_hosts.page_host', 'test_hosts.pattern') }}
),

sources_with_state as (   -- A web-server log has no browser state to miss.
    select distinct source_name from {{ ref('int_page_views_accepted') }}
    where has_first_touch
),

judged as (
    select
        accepted.source_name,
        accepted._landed_at,
        accepted._row_number,
        accepted.page_path,
        accepted.clock_lag_seconds,
        excluded_sources.excluded_host,
        case when {{ looks_like_payment_or_sso('referrers.referrer_host') }} then referrers.referrer_host end as payment_or_sso_host,
        test_page_hosts.page_host as test_host,
        accepted.has_own_referrer and coalesce(parsed.utm_source, parsed.utm_medium, parsed.utm_campaign) is not null as is_self_referral,
        accepted.has_personal_data,
        abs(accepted.clock_lag_seconds) > 3600 or accepted.is_time_fallback as is_clock_wrong,
        sources_with_state.source_name is not null and not accepted.has_first_touch
        and accepted.consent is distinct from 'denied' and not coalesce(user_agents.is_bot, false) as is_without_state
    from {{ ref('int_page_views_accepted') }} as accepted
    left join {{ ref('int_parameters_parsed') }} as parsed on accepted.parameters = parsed.parameters
    left join excluded_sources on parsed.utm_source = excluded_sources.utm_source
    left join {{ ref('int_referrers_classified') }} as referrers
        on accepted.referrer_location = referrers.referrer_location and referrers.excluded_kind is null and referrers.referrer_category is null
    left join test_page_hosts on accepted.page_host = test_page_hosts.page_host
    left join sources_with_state on accepted.source_name = sources_with_state.source_name
    left join {{ ref('int_user_agents_classified') }} as user_agents on accepted.user_agent = user_agents.user_agent
),

broken as (   -- Few break anything. Of an event received twice only the first counts: a duplicate has no session.
    select
        judged.*,
        sessions.evidence_id is not null as is_marketing_session,
        texts.referrer,
        case when texts.page_url like '%redacted-%' then texts.page_url else texts.referrer end as redacted_url
    from judged
    inner join {{ ref('int_page_views_sessionized') }} as sessionized
        on
            judged.source_name = sessionized.source_name
            and judged._landed_at = sessionized._landed_at
            and judged._row_number = sessionized._row_number
    inner join {{ ref('int_page_views_accepted') }} as texts   -- Long, so read last.
        on judged.source_name = texts.source_name and judged._landed_at = texts._landed_at and judged._row_number = texts._row_number
    inner join {{ ref('int_sessions') }} as sessions on sessionized.session_id = sessions.session_id
    where
        judged.is_self_referral or judged.has_personal_data or judged.is_clock_wrong or judged.is_without_state
        or coalesce(judged.excluded_host, judged.payment_or_sso_host, judged.test_host) is not null
)

{% for rule, condition, found_value in [
    ('no_self_referral_utms', 'is_self_referral', 'referrer'),
    ('no_payment_or_sso_touch', 'excluded_host is not null', 'excluded_host'),
    ('no_payment_or_sso_touch', 'payment_or_sso_host is not null', 'payment_or_sso_host'),
    ('no_personal_data_in_url', 'has_personal_data', 'redacted_url'),
    ('touch_state_present', 'is_without_state and is_marketing_session', 'page_path'),
    ('client_clock_within_an_hour', 'is_clock_wrong', "concat(cast(round(clock_lag_seconds) as varchar), ' seconds')"),
    ('no_test_traffic', 'test_host is not null', 'test_host'),
] %}
    select
        _landed_at,
        _row_number,
        '{{ rule }}' as rule,
        {{ found_value }} as found_value
    from broken
    where {{ condition }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
