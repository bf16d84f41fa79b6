{# True at a visitor's first page view and after more than the timeout; exactly the timeout is still within. #}
{% macro is_past_timeout(previous_at, this_at) -%}
    ({{ previous_at }} is null or {{ this_at }} > {{ add_seconds(previous_at, var('session_timeout_minutes') * 60) }})
{%- endmacro %}
