{% macro generate_schema_name(custom_schema_name, node) -%}
    {#- A DuckDB file is one person's own, so `marts` needs no prefix there. In a shared warehouse the prefix keeps
        developers apart: touchstone_marts, touchstone_ann_marts. -#}
    {%- if custom_schema_name is none -%} {{ target.schema }}
    {%- elif target.schema == 'main' -%} {{ custom_schema_name | trim }}
    {%- else -%} {{ target.schema }}_{{ custom_schema_name | trim }}
    {%- endif -%}
{%- endmacro %}
