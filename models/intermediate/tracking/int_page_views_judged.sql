-- Grain: accepted row as received that may break a tracking rule, judged by itself. Whether it had to leave a state, its session says.
{{ config(materialized='view') }}

with

judged as (
    select
        accepted.visitor_id,
        accepted.source_name,
        violations.parameters_number,
        case when {{ looks_like_payment_or_sso('referrers.referrer_host') }} then referrers.referrer_host end as payment_or_sso_host,
        coalesce(parsed.utm_source, parsed.utm_medium, parsed.utm_campaign) is not null as is_self_referral,
        accepted.has_personal_data,
        coalesce(abs(accepted.clock_lag_seconds) > 3600, false) or accepted.is_time_fallback as is_clock_wrong,
        hosts.page_host is not null as is_test_host,
        stateful.source_name is not null
        and not accepted.has_first_touch and accepted.consent is distinct from 'denied' and not coalesce(user_agents.is_bot, false) as is_without_state,
        accepted._landed_at,
        accepted._row_number
    from {{ ref('int_page_views_accepted') }} as accepted
    left join {{ ref('int_parameter_violations') }} as violations on accepted.parameters = violations.parameters
    left join {{ ref('int_parameter_templates_parsed') }} as parsed
        on accepted.parameter_template = parsed.parameter_template and accepted.has_own_referrer
    left join {{ ref('int_referrers_classified') }} as referrers
        on accepted.referrer_location = referrers.referrer_location and referrers.excluded_kind is null and referrers.referrer_category is null
    left join {{ ref('int_page_hosts_tested') }} as hosts on accepted.page_host = hosts.page_host
    left join {{ ref('int_user_agents_classified') }} as user_agents on accepted.user_agent = user_agents.user_agent
    left join {{ ref('int_sources_with_state') }} as stateful on accepted.source_name = stateful.source_name
    where {{ in_part('accepted.visitor_id', of='int_page_view_violations') }}
),

told as (
    select
        *,
        parameters_number is not null or payment_or_sso_host is not null or is_self_referral
        or has_personal_data or is_clock_wrong or is_test_host as is_broken
    from judged
)

select * from told
where is_broken or is_without_state
