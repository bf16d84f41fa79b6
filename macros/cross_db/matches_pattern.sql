{% macro matches_pattern(value, pattern) -%} {{ return(adapter.dispatch('matches_pattern', 'touchstone')(value, pattern)) }} {%- endmacro %}

{% macro default__matches_pattern(value, pattern) -%} regexp_like({{ value }}, {{ pattern }}) {%- endmacro %}

{% macro duckdb__matches_pattern(value, pattern) -%} regexp_full_match({{ value }}, {{ pattern }}) {%- endmacro %}
