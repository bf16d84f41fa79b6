{% macro contains_pattern(value, pattern) -%} {{ return(adapter.dispatch('contains_pattern', 'touchstone')(value, pattern)) }} {%- endmacro %}

{% macro default__contains_pattern(value, pattern) -%} regexp_instr({{ value }}, '{{ pattern | replace("\\", "\\\\") }}', 1, 1, 0, 'i') > 0 {%- endmacro %}

{% macro duckdb__contains_pattern(value, pattern) -%} regexp_matches({{ value }}, '{{ pattern }}', 'i') {%- endmacro %}
