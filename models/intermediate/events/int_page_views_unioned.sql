-- Grain: row as received, from every page-view source that is switched on.
{{ config(materialized='view') }}

{% for source in var('page_view_sources') %}
    select
        page_view_id,
        visitor_id,
        source_name,
        event_id,
        anonymous_id,
        user_id,
        user_email_hash,
        page_url,
        referrer,
        page_title,
        user_agent,
        consent,
        rejection_reason,
        clock_lag_seconds,
        has_personal_data_in_url,
        has_personal_data_in_referrer,
        has_first_touch,
        is_time_fallback,
        occurred_at,
        received_at,
        _landed_at,
        _file,
        _row_number
    from {{ ref('stg_' ~ source ~ '__page_views') }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
