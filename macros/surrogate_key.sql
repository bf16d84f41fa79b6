{# Hash of several columns. Each part is written with its length before it, so that no text in one column can look like
   the border between two, and null differs from every text. #}
{% macro surrogate_key(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- set part = "cast(" ~ column ~ " as varchar)" -%}
        {%- do parts.append("coalesce(length(" ~ part ~ ") || ':' || " ~ part ~ ", '-')") -%}
    {%- endfor -%}
    md5({{ parts | join(" || ") }})
{%- endmacro %}
