{# As dbt's own, in parts; but names are few, and whoever shows one may have to be read whole for it. #}
{% test relationships(model, column_name, to, field) %}
{%- set is_id = field.endswith('_id') -%}
with

child as (
    select {{ column_name }} as from_field from {{ model }}
    where {{ column_name }} is not null{% if is_id %} and {{ in_part(column_name) }}{% endif %}
),

parent as (
    select {{ field }} as to_field from {{ to }}
    {%- if is_id %}
    where {{ in_part(field) }}
    {%- endif %}
)

select child.from_field
from child
left join parent on child.from_field = parent.to_field
where parent.to_field is null
{% endtest %}
