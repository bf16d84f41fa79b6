{# The public id of a page view. Tables of events keep the event's own id and leave this hash to where it is shown: it cannot be
   compressed. #}
{% macro page_view_id(prefix='') -%}
    {{ surrogate_key([prefix ~ 'source_name', prefix ~ 'event_id']) }}
{%- endmacro %}
