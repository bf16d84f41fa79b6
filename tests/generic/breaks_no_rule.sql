{# It only warns: pages and links out in the world cannot be mended by a build that stops, and the violations stay in the mart,
   where the owners see them by week. A rule that must stop the build says `config: {severity: error}`, and so does its row of
   tracking_rules. #}
{% test breaks_no_rule(model, rule) %}
{{ config(severity='warn', store_failures=true) }}
select *
from {{ model }}
where rule = '{{ rule }}' and not is_excepted
{% endtest %}
