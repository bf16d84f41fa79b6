{# The latest moment that the touches know. Responses to campaigns are dated by hand, some ahead of time: one of them alone
   must not make every open journey look ended. #}
{% macro latest_touched_at() -%}
    coalesce(max(case when touch_origin is distinct from 'offline_response' then touched_at end), max(touched_at))
{%- endmacro %}
