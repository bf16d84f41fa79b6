{# The columns that decide source, medium, campaign and channel. Rules run once per distinct combination of them. #}
{% macro evidence_columns() -%}
    {{ return(['utm_source', 'utm_medium', 'utm_campaign', 'click_id_parameter', 'referrer_source', 'referrer_category']) }}
{%- endmacro %}

{% macro evidence_id() -%}
    {{ surrogate_key(evidence_columns()) }}
{%- endmacro %}
