{# One select per rule (a column, what must be true, and that in plain words): the rows that break it, and what stands there instead.
   Null is not true, as in the test expression_is_true. #}
{% macro broken_rules(relation, row_name, rules) %}
{%- for column, is_kept, what_is_allowed in rules %}
    select
        {{ row_name }},
        '{{ column }}' as column_name,
        coalesce(cast({{ column }} as varchar), '(empty)') as found_value,
        '{{ what_is_allowed }}' as what_is_allowed
    from {{ relation }}
    where ({{ is_kept }}) is distinct from true
    {% if not loop.last %}union all{% endif %}
{%- endfor %}
{% endmacro %}
