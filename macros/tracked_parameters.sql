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
    (not {{ matches_pattern(value, "'[A-Za-z0-9._-]{13,}'") }} or substr({{ value }}, 1, 2) = '__')
{%- endmacro %}

{# A pattern out of a column is compiled anew for every value, which took longer than all other parsing. The usual ones stand
   here too, as constants: a new pattern in the seed works without, only slower. #}
{% macro matches_click_id_pattern(value, pattern) -%}
    {%- set uuid = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$' -%}
    case {{ pattern }}
        {%- for usual in ['^[A-Za-z0-9_-]{20,}$', '^[0-9]+$', '^[0-9a-fA-F]{32}$', '^[0-9a-f]{10}$', uuid] %}
        when '{{ usual }}' then {{ matches_pattern(value, "'" ~ usual ~ "'") }}
        {%- endfor %}
        else {{ matches_pattern(value, pattern) }}
    end
{%- endmacro %}

{# Off its network's pattern, or of one case throughout where the network mixes both: something lower-cased the URL. An
   untouched id of 20 mixed characters has no capital once in some 30,000. #}
{% macro is_malformed_click_id(value, pattern) -%}
    (
        not {{ matches_click_id_pattern(value, pattern) }}
        or ({{ pattern }} like '%A-Za-z%' and length({{ value }}) >= 20 and {{ value }} in (lower({{ value }}), upper({{ value }})))
    )
{%- endmacro %}
