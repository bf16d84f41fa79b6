-- Grain: row as received that keeps the contract. Append-only like raw, so duplicates stay: which of them counts is
-- decided per visitor downstream, because an earlier receipt may land later.
{{ config(materialized='incremental', incremental_strategy='append') }}

with

unioned as (
    select * from {{ ref('int_page_views_unioned') }}
    where rejection_reason is null
),

{% if is_incremental() %}
watermarks as (
    select source_name, max(_landed_at) as landed_until from {{ this }} group by source_name
),
{% endif %}

landed as (
    select
        unioned.*,
        {{ url_host('unioned.page_url') }} as page_host,
        {{ url_path('unioned.page_url') }} as page_path,
        {{ url_parameters('unioned.page_url') }} as parameters,
        {{ url_host('unioned.referrer') }} as full_referrer_host
    from unioned
    {% if is_incremental() %}
    left join watermarks on unioned.source_name = watermarks.source_name
    where
        unioned._landed_at > coalesce(watermarks.landed_until, cast('1970-01-01' as timestamp))
        -- Of one value the warehouse sees which rows it need not read, of a join it does not. A new source has no watermark yet.
        and unioned._landed_at > (
            select case when count(*) = {{ var('page_view_sources') | length }} then min(landed_until) else cast('1970-01-01' as timestamp) end
            from watermarks
        )
    {% endif %}
),

shortened as (
    select
        *,
        {{ click_in_parameters('parameters') }} as click,
        {{ url_without_www('full_referrer_host') }} as referrer_host
    from landed
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
