{% macro utc_timestamp(value) -%} {{ return(adapter.dispatch('utc_timestamp', 'touchstone')(value)) }} {%- endmacro %}

{# Without an offset the time is UTC, whatever the session's own zone. #}
{% macro default__utc_timestamp(value) -%} cast(convert_timezone('UTC', try_to_timestamp_tz(iff(regexp_like({{ value }}, '.*([Zz]|[+-][0-9]{2}:?[0-9]{2})'), {{ value }}, {{ value }} || 'Z'))) as timestamp_ntz) {%- endmacro %}

{% macro duckdb__utc_timestamp(value) -%} timezone('UTC', try_cast({{ value }} as timestamp with time zone)) {%- endmacro %}
