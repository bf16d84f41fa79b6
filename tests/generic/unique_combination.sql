{% test unique_combination(model, columns) %}
select {{ columns | join(', ') }}, count(*) as row_count
from {{ model }}
where {{ in_part(columns | join(', ')) }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
