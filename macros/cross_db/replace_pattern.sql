{% macro replace_pattern(value, pattern, replacement) -%} {{ return(adapter.dispatch('replace_pattern', 'touchstone')(value, pattern, replacement)) }} {%- endmacro %}

{% macro default__replace_pattern(value, pattern, replacement) -%} regexp_replace({{ value }}, '{{ pattern | replace("\\", "\\\\") }}', '{{ replacement | replace("\\", "\\\\") }}', 1, 0, 'i') {%- endmacro %}

{% macro duckdb__replace_pattern(value, pattern, replacement) -%} regexp_replace({{ value }}, '{{ pattern }}', '{{ replacement }}', 'gi') {%- endmacro %}
