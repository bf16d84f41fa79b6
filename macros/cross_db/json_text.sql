{% macro json_text(value, key) -%} {{ return(adapter.dispatch('json_text', 'touchstone')(value, key)) }} {%- endmacro %}

{% macro default__json_text(value, key) -%} cast(get(try_parse_json({{ value }}), '{{ key }}') as varchar) {%- endmacro %}

{% macro duckdb__json_text(value, key) -%} case when json_valid({{ value }}) then json_extract_string({{ value }}, '$.{{ key }}') end {%- endmacro %}
