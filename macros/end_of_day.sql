{# Many CRMs know the day of a close and no time. What has no time of day happened by the end of it, or the touches of that very
   day would come too late. #}
{% macro end_of_day(moment) -%}
    case when {{ moment }} = date_trunc('day', {{ moment }}) then {{ add_seconds(moment, 86399) }} else {{ moment }} end
{%- endmacro %}
