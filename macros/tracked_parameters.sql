{# Standard UTM parameters, in the order they are always listed. #}
{% macro utm_parameters() -%}
    {{ return(['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content', 'utm_id']) }}
{%- endmacro %}

{# A parameter that looks like a click id, whether or not the catalogue knows it. #}
{% macro looks_like_click_id(name) -%}
    ({{ name }} like '%clid' or {{ name }} like '%click_id' or {{ name }} like '%clickid')
{%- endmacro %}

{# False for a long opaque value, which spares click ids the comparison with every placeholder pattern. #}
{% macro may_be_placeholder(value) -%}
    (not {{ matches_pattern(value, "'[A-Za-z0-9._-]{13,}'") }} or {{ value }} like '__%__')
{%- endmacro %}

{# Off its network's pattern, or of one case throughout where the network mixes both: something lower-cased the URL. An
   untouched id of 20 mixed characters has no capital once in some 30,000. #}
{% macro is_malformed_click_id(value, pattern) -%}
    (
        not {{ matches_pattern(value, pattern) }}
        or ({{ pattern }} like '%A-Za-z%' and length({{ value }}) >= 20 and {{ value }} in (lower({{ value }}), upper({{ value }})))
    )
{%- endmacro %}
