{% macro url_decode(value) -%} {{ return(adapter.dispatch('url_decode', 'touchstone')(value)) }} {%- endmacro %}

{# A UDF of the target schema, made by create_url_decode(); Snowflake has no function for it. #}
{% macro default__url_decode(value) -%} {{ target.schema }}.url_decode({{ value }}) {%- endmacro %}

{# Bytes that are no UTF-8 make url_decode raise: such a value stays as it came. #}
{% macro duckdb__url_decode(value) -%} coalesce(try(url_decode(replace({{ value }}, '+', ' '))), {{ value }}) {%- endmacro %}


{% macro create_url_decode() -%} {{ return(adapter.dispatch('create_url_decode', 'touchstone')()) }} {%- endmacro %}

{% macro default__create_url_decode() -%} {%- endmacro %}

{% macro snowflake__create_url_decode() -%}
    create schema if not exists {{ target.database }}.{{ target.schema }};
    create or replace function {{ target.database }}.{{ target.schema }}.url_decode(value varchar)
    returns varchar language javascript immutable as
    'if (VALUE === null || VALUE === undefined) { return null; }
     try { return decodeURIComponent(VALUE.replace(/\\+/g, " ")); } catch (error) { return VALUE; }'
{%- endmacro %}
