{# As the adapter makes tables, but for two things on DuckDB. The texts that meta.zstd_columns names are stored with zstd: long
   ones, which each row puts together of the same parts in its own way. Against DuckDB's own choice that is half the processor
   time of writing them, and down to a third of the size. And a model with in_part is made in as many parts as let each fit the
   memory: sorted or joined at once, rows would be put aside on disk, several times the size of the result. What is added to an
   incremental model is made at once: a load brings few rows. #}
{% macro create_table_as(temporary, relation, compiled_code, language='sql') -%}
    {%- set parts = 1 if temporary else part_count(compiled_code) -%}
    {{ before_parts(parts) }}
    {{ create_first_part_as(temporary, relation, compiled_code, language, **kwargs) }}
    {{ after_first_part(relation, compiled_code, parts) }}
{%- endmacro %}

{% macro create_first_part_as(temporary, relation, compiled_code, language) -%}
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

{# By the rows of the largest table, at 400 bytes of memory for each: what sessions of 100 million page views were seen to take. #}
{% macro part_count(sql) %}
    {% if "getvariable('part_of')" not in sql %} {{ return(1) }} {% endif %}
    {% set rows_at_once = env_var('TOUCHSTONE_ROWS_AT_ONCE', '') or "parse_formatted_bytes(current_setting('memory_limit')) / 400" %}
    {% set counted = run_query("select cast(ceil(max(estimated_size) / greatest(" ~ rows_at_once ~ ", 1)) as integer) from duckdb_tables() where not temporary") %}
    {{ return([counted.columns[0].values()[0] or 1, 1] | max) }}
{% endmacro %}

{# The variables that in_part asks for. A hash has 64 bits: each part has its range of them. #}
{% macro begin_part(number, parts) -%}
    set variable part_from = {{ 2 ** 64 * number // parts }}::ubigint;
    set variable part_until = {{ 2 ** 64 * (number + 1) // parts - 1 }}::ubigint;
{%- endmacro %}

{% macro before_parts(parts) -%}
    {%- if parts > 1 -%}
        set variable part_of = '{{ model['name'] }}';
        {{ begin_part(0, parts) }}
    {%- endif -%}
{%- endmacro %}

{% macro after_first_part(relation, sql, parts) -%}
    {%- for number in range(1, parts) %}
        ;
        {{ begin_part(number, parts) }}
        insert into {{ relation }} by name {{ sql }}
    {%- endfor -%}
    {%- if parts > 1 %}
        ;
        reset variable part_of
    {%- endif -%}
{%- endmacro %}
