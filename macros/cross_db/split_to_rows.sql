{% macro split_to_rows(relation, key, value, delimiter, part) -%} {{ return(adapter.dispatch('split_to_rows', 'touchstone')(relation, key, value, delimiter, part)) }} {%- endmacro %}

{% macro default__split_to_rows(relation, key, value, delimiter, part) -%}
    select {{ relation }}.{{ key }}, parts.value as {{ part }}, parts.index as {{ part }}_position
    from {{ relation }}, lateral split_to_table({{ relation }}.{{ value }}, '{{ delimiter }}') as parts
{%- endmacro %}

{% macro duckdb__split_to_rows(relation, key, value, delimiter, part) -%}
    select
        {{ key }},
        unnest(string_split({{ value }}, '{{ delimiter }}')) as {{ part }},
        generate_subscripts(string_split({{ value }}, '{{ delimiter }}'), 1) as {{ part }}_position
    from {{ relation }}
{%- endmacro %}
