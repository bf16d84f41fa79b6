{# Whether a value is of the part that is being made of a model: on DuckDB one that names this is made in parts where the data are too
   many for the memory at once, see create_table_as. Each row of the model must come from one value, and each large relation that it
   reads has to be asked. A view of which only that model reads says which model it is: to all others it is whole. #}
{% macro in_part(key, of=none) -%}
    {{ return(adapter.dispatch('in_part', 'touchstone')(key, of or model['name'])) }}
{%- endmacro %}

{% macro default__in_part(key, of) -%} true {%- endmacro %}

{# Where no part is in hand, DuckDB drops the condition before it plans. The word keeps this hash apart from the one by which DuckDB
   itself spreads rows. A range is asked for, since DuckDB takes a comparison down through views and joins to the table, and expects
   a fifth of its rows: `hash % n` it would only ask of what is joined, and of `hash % n = k` expect a dozen rows. #}
{% macro duckdb__in_part(key, of) -%}
(getvariable('part_of') is distinct from '{{ of }}' or hash({{ key }}, 'part') between getvariable('part_from') and getvariable('part_until'))
{%- endmacro %}
