{# A data test with in_part finds its rows in parts too, and then is about what it found; is_sound counts what breaks a rule in each
   part. A limit would be one of each part. #}
{% macro duckdb__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
    {%- set parts = part_count(main_sql) -%}
    {%- if parts > 1 -%}
        {%- set found = 'create or replace temporary table found_in_parts as ' ~ main_sql -%}
        {%- do run_query(before_parts(parts) ~ found ~ after_first_part('found_in_parts', main_sql, parts)) -%}
        {%- set main_sql = 'select * from found_in_parts' -%}
    {%- endif -%}
    {%- if model.test_metadata is defined and model.test_metadata.name == 'is_sound' -%}
        {%- set main_sql = 'select broken_rule, sum(broken_count) as broken_count from (' ~ main_sql ~ ') as found group by broken_rule' -%}
    {%- endif -%}
    {{ default__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) }}
{%- endmacro %}
