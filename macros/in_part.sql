{# Whether a value is of the part that is being made of a model: on DuckDB one that names this is made in parts where the data are too
   many for the memory at once, see create_table_as. Each row of the model must come from one value, and each large relation that it
   reads has to be asked. A view of which only that model reads says which model it is: to all others it is whole. #}
{% macro in_part(column, of=none) -%}
    {{ return(adapter.dispatch('in_part', 'touchstone')(column, of or model['name'])) }}
{%- endmacro %}

{% macro default__in_part(column, of) -%} true {%- endmacro %}

{# Where no part is in hand, DuckDB drops the condition before it plans. The second value keeps this hash apart from the one by
   which DuckDB itself spreads rows. Of `=` in the place of `is not distinct from` it expects a dozen rows, and joins the rest to them. #}
{% macro duckdb__in_part(column, of) -%}
(getvariable('part_of') is distinct from '{{ of }}' or hash({{ column }}, 'part') % getvariable('part_count') is not distinct from getvariable('part_number'))
{%- endmacro %}
