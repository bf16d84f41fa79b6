{# One look at the model for all columns that are never null; as a test each, they took most of a build's time. #}
{% test not_null_columns(model, columns) %}
with counted as (
    select
        {%- for column in columns %}
            count_if({{ column }} is null) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ model }}
)

{% for column in columns %}
    select
        '{{ column }}' as column_name,
        {{ column }} as null_count
    from counted
    where {{ column }} > 0
    {% if not loop.last %}union all{% endif %}
{% endfor %}
{% endtest %}
