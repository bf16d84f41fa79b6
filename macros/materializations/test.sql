{# A data test with in_part finds its rows in parts too, and then is about what it found. A limit would be one of each part. #}
{% macro duckdb__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
    {%- set parts = part_count(main_sql) -%}
    {%- if parts > 1 -%}
        {%- set found = 'create or replace temporary table found_in_parts as ' ~ main_sql -%}
        {%- do run_query(before_parts(parts) ~ found ~ after_first_part('found_in_parts', main_sql, parts)) -%}
        {%- set main_sql = 'select * from found_in_parts' -%}
    {%- endif -%}
    {{ default__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) }}
{%- endmacro %}
