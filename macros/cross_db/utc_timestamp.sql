{% macro utc_timestamp(value) -%} {{ return(adapter.dispatch('utc_timestamp', 'touchstone')(value)) }} {%- endmacro %}

{% macro default__utc_timestamp(value) -%} cast(convert_timezone('UTC', try_to_timestamp_tz({{ value }})) as timestamp_ntz) {%- endmacro %}

{% macro duckdb__utc_timestamp(value) -%} timezone('UTC', try_cast({{ value }} as timestamp with time zone)) {%- endmacro %}
