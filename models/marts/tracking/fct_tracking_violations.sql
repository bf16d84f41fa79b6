-- Grain: page view × tracking rule that it breaks. Excepted ones are kept and marked.
{{ config(materialized='view') }}

{% set own_rules = [
    (
        'no_payment_or_sso_touch', 'coalesce(payment_or_sso_source, payment_or_sso_host) is not null',
        'least(coalesce(payment_or_sso_source, payment_or_sso_host), coalesce(payment_or_sso_host, payment_or_sso_source))'
    ),
    ('no_self_referral_utms', 'is_self_referral', 'referrer'),
    ('no_personal_data_in_url', 'has_personal_data', "case when page_url like '%redacted-%' then page_url else referrer end"),
    ('touch_state_present', 'is_without_state', 'page_path'),
    ('client_clock_within_an_hour', 'is_clock_wrong', "concat(cast(round(clock_lag_seconds) as varchar), ' seconds')"),
    ('no_test_traffic', 'is_test_host', 'page_host'),
] %}
with

found as (
    {% for rule in parameter_rules() %}
        {% do own_rules.append((rule, rule ~ ' is not null', rule)) %}
    {% endfor %}
    {% for rule, condition, found_value in own_rules %}
        select
            *,
            '{{ rule }}' as rule,
            {{ found_value }} as found_value
        from {{ ref('int_page_view_violations') }}
        where {{ condition }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

excepted as (
    select
        found.source_name,
        found.event_id,
        found.rule,
        min(exceptions.reason) as exception_reason
    from found
    inner join {{ ref('tracking_exceptions') }} as exceptions
        on
            found.rule = exceptions.rule
            and exceptions.match_value = case exceptions.match_field
                when 'utm_source' then lower(found.utm_source)
                when 'utm_medium' then lower(found.utm_medium)
                when 'utm_campaign' then lower(found.utm_campaign)
                when 'page_host' then found.page_host
                when 'page_path' then found.page_path
                when 'found_value' then lower(found.found_value)
            end
            and (exceptions.expires_on is null or cast(found.occurred_at as date) <= exceptions.expires_on)
    group by found.source_name, found.event_id, found.rule
)

select
    {{ surrogate_key([page_view_id('found.'), 'found.rule']) }} as violation_id,
    {{ page_view_id('found.') }} as page_view_id,
    found.session_id,
    found.visitor_id,
    found.rule,
    rules.severity,
    rules.owner,
    found.found_value,
    excepted.exception_reason,
    found.page_url,
    excepted.event_id is not null as is_excepted,
    found.occurred_at
from found
inner join {{ ref('tracking_rules') }} as rules on found.rule = rules.rule
left join excepted on found.source_name = excepted.source_name and found.event_id = excepted.event_id and found.rule = excepted.rule
