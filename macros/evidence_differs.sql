{% macro evidence_parts() -%}
    {{ return(['utm_evidence', 'click_evidence', 'referrer_evidence']) }}
{%- endmacro %}

{# True when `later` carries a UTM, click id or external referrer other than that of `earlier`; what `later` does not
   carry says nothing, so a page view inside the site never ends a session. #}
{% macro evidence_differs(later, earlier) -%}
    ({%- for part in evidence_parts() -%}
        ({{ later }}{{ part }} is not null and {{ later }}{{ part }} is distinct from {{ earlier }}{{ part }}){{ ' or ' if not loop.last }}
    {%- endfor -%})
{%- endmacro %}

{# The same for values that both carry. #}
{% macro evidence_conflicts(later, earlier) -%}
    coalesce(
        {%- for part in evidence_parts() -%}
        coalesce({{ later }}{{ part }} != {{ earlier }}{{ part }}, false){{ ' or ' if not loop.last }}
        {%- endfor -%}, false)
{%- endmacro %}
