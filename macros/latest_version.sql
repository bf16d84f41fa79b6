{# Keeps each record's newest version, by its own updated_at. Versions of one moment go by their content, so that the order of
   landing does not matter. Where an export carries no time of change, only the landing tells old from new. #}
{% macro latest_version(key, columns=[], updated_at='updated_at') -%}
    row_number() over (
        partition by {{ key }}
        order by
            {{ updated_at }} desc nulls last,
            {%- if columns %} case when {{ updated_at }} is not null then {{ surrogate_key(columns) }} end, {%- endif %}
            _landed_at desc,
            _row_number desc
    ) = 1
{%- endmacro %}
