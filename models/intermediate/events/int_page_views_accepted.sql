-- Grain: row as received that keeps the contract. Append-only like raw, so duplicates stay: which of them counts is
-- decided per visitor downstream, because an earlier receipt may land later.
{{ config(materialized='incremental', incremental_strategy='append') }}

with

landed as (
    {%- for source in var('page_view_sources') %}
        select * from {{ ref('int_page_views_unioned') }}
        where source_name = '{{ source }}' and {{ is_newly_landed(source) }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

split as (
    select
        *,
        {{ url_host('page_url') }} as page_host,
        {{ url_path('page_url') }} as page_path,
        {{ url_parameters('page_url') }} as parameters,
        {{ url_host('referrer') }} as full_referrer_host
    from landed
    where rejection_reason is null
),

shortened as (
    select
        *,
        {{ click_in_parameters('parameters') }} as click,
        {{ url_without_www('full_referrer_host') }} as referrer_host
    from split
),

placed as (
    select
        *,
        case
            when referrer_host != '' then referrer_host = {{ url_without_www('page_host') }} or {{ is_own_host('referrer_host') }}
        end as is_own_referrer
    from shortened
)

select
    visitor_id,
    source_name,
    event_id,
    user_id,
    user_email_hash,
    page_url,
    page_host,
    page_path,
    parameters,
    {{ parameter_template('parameters', 'click') }} as parameter_template,
    page_title,
    referrer,
    -- A referrer on the page's own host or an own domain is navigation, not marketing.
    case when not is_own_referrer then concat(referrer_host, coalesce({{ url_path('referrer') }}, '/')) end as referrer_location,
    user_agent,
    consent,
    clock_lag_seconds,
    has_first_touch,
    has_personal_data_in_url or (has_personal_data_in_referrer and not coalesce(is_own_referrer, true)) as has_personal_data,
    coalesce(is_own_referrer, false) as has_own_referrer,
    is_time_fallback,
    occurred_at,
    received_at,
    _landed_at,
    _row_number
from placed
