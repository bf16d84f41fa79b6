{% macro list_agg_ordered(value, order_by) -%} {{ return(adapter.dispatch('list_agg_ordered', 'touchstone')(value, order_by)) }} {%- endmacro %}

{% macro default__list_agg_ordered(value, order_by) -%} array_agg({{ value }}) within group (order by {{ order_by }}) {%- endmacro %}

{% macro duckdb__list_agg_ordered(value, order_by) -%} list({{ value }} order by {{ order_by }}) {%- endmacro %}
