{# Null is not true: an expression that cannot be answered fails as well. #}
{% test expression_is_true(model, expression, column_name=none) %}
select *
from {{ model }}
where ({{ expression }}) is distinct from true
{% endtest %}
