{# True when the corrected client time cannot be: after its own receipt, or later than the late limit allows. #}
{% macro is_time_fallback(corrected_at, received_at) -%}
    coalesce({{ corrected_at }} > {{ received_at }} or {{ corrected_at }} < {{ add_seconds(received_at, var('late_limit_days') * -86400) }}, false)
{%- endmacro %}
