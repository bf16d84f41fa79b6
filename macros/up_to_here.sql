{# The window of all page views up to this one, in time; event ids break ties. #}
{% macro up_to_here(partition, prefix='') -%}
    partition by {{ partition }} order by {{ prefix }}occurred_at, {{ prefix }}event_id rows between unbounded preceding and current row
{%- endmacro %}
