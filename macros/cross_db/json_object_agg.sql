{% macro json_object_agg(key, value) -%} {{ return(adapter.dispatch('json_object_agg', 'touchstone')(key, value)) }} {%- endmacro %}

{# Snowflake keeps the keys of an object sorted. #}
{% macro default__json_object_agg(key, value) -%} nullif(to_json(object_agg({{ key }}, to_variant({{ value }}))), '{}') {%- endmacro %}

{% macro duckdb__json_object_agg(key, value) -%} '{' || string_agg(to_json({{ key }}) || ':' || to_json({{ value }}), ',' order by {{ key }}) || '}' {%- endmacro %}
