{% macro list_first(list) -%} {{ return(adapter.dispatch('list_first', 'touchstone')(list)) }} {%- endmacro %}

{% macro default__list_first(list) -%} cast(get({{ list }}, 0) as varchar) {%- endmacro %}

{% macro duckdb__list_first(list) -%} {{ list }}[1] {%- endmacro %}
