{% macro extract_pattern(value, pattern) -%} {{ return(adapter.dispatch('extract_pattern', 'touchstone')(value, pattern)) }} {%- endmacro %}

{# What the pattern's one group matched; empty where nothing did, null for null. #}
{% macro default__extract_pattern(value, pattern) -%} iff({{ value }} is null, null, coalesce(regexp_substr({{ value }}, '{{ pattern | replace("\\", "\\\\") }}', 1, 1, 'e', 1), '')) {%- endmacro %}

{% macro duckdb__extract_pattern(value, pattern) -%} regexp_extract({{ value }}, '{{ pattern }}', 1) {%- endmacro %}
