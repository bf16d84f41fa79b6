{# When an export said how a record was: at its last change, never before it was created. #}
{% macro stated_at() -%}
    case when updated_at < created_at then created_at else coalesce(updated_at, created_at) end
{%- endmacro %}

{# When a value of a record was first seen: the values of the earliest version count from the record's creation. #}
{% macro first_seen_at(key) -%}
    case
        when first_stated_at > min(first_stated_at) over (partition by {{ key }}) then first_stated_at
        else coalesce(min(created_at) over (partition by {{ key }}), first_stated_at)
    end
{%- endmacro %}
