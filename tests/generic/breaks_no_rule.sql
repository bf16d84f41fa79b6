{% test breaks_no_rule(model, rule) %}
select *
from {{ model }}
where rule = '{{ rule }}' and not is_excepted
{% endtest %}
