{# As the adapter makes tables, but on DuckDB the texts that meta.zstd_columns names are stored with zstd: long ones, which each row
   puts together of the same parts in its own way. Against DuckDB's own choice that is half the processor time of writing them,
   and down to a third of the size. #}
{% macro create_table_as(temporary, relation, compiled_code, language='sql') -%}
    {%- set zstd_columns = adapter.dispatch('zstd_columns')() -%}
    {%- if temporary or not zstd_columns -%}
        {{ adapter.dispatch('create_table_as', 'dbt')(temporary, relation, compiled_code, language, **kwargs) }}
    {%- elif config.get('contract').enforced -%}
        {% do exceptions.raise_compiler_error("A contract and meta.zstd_columns exclude each other: " ~ model['name'] ~ " has both.") %}
    {%- else -%}
        {%- set columns = run_query('describe ' ~ compiled_code) %}
        {%- for name in zstd_columns if name not in columns.columns['column_name'].values() %}
            {% do exceptions.raise_compiler_error("meta.zstd_columns of " ~ model['name'] ~ " names " ~ name ~ ", which the model lacks.") %}
        {%- endfor %}
        create table {{ relation }} (
        {%- for column in columns %}
            {{ adapter.quote(column['column_name']) }} {{ column['column_type'] }}
            {%- if column['column_name'] in zstd_columns %} using compression zstd{% endif %}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
        );
        insert into {{ relation }}
        {{ compiled_code }}
    {%- endif -%}
{%- endmacro %}

{% macro default__zstd_columns() %} {{ return([]) }} {% endmacro %}

{% macro duckdb__zstd_columns() %} {{ return(config.get('meta', {}).get('zstd_columns', [])) }} {% endmacro %}
