{# Keeps each record's newest version: by its own updated_at, and by landing where exports carry none. #}
{% macro latest_version(key, updated_at='updated_at') -%}
    row_number() over (partition by {{ key }} order by {{ updated_at }} desc nulls last, _landed_at desc, _row_number desc) = 1
{%- endmacro %}
