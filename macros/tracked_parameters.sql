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

{# Nearly every paid click is a parameter string of its own, though strings differ in little but the click's id. A template is the
   string with that id as `*`: templates are few, so what reads parameters reads them. Which names and values are masked decides the
   cost and not the result, as long as no UTM is and nothing that may be a placeholder, as what starts with __. #}
{% macro click_in_parameters(parameters) -%}
    {%- set names = 'gclid|fbclid|msclkid|ttclid|li_fat_id|irclickid|wbraid|gbraid|dclid|twclid|rdt_cid|ScCid|yclid|ysclid|epik|srsltid|igshid' -%}
    {{ extract_pattern(parameters, '((^|&)(' ~ names ~ ')=[A-Za-z0-9.-][A-Za-z0-9._-]{12,}(&|$))') }}
{%- endmacro %}

{# A string that holds =* as it came is marked, so that its template is no other string's. The end of the click is sought with it: an
   earlier value may begin alike. #}
{% macro parameter_template(parameters, click) -%}
    {%- set click_position = "position(concat(rtrim(" ~ click ~ ", '&'), '&') in concat(" ~ parameters ~ ", '&'))" -%}
    {%- set name_length = click_position ~ " + position('=' in " ~ click ~ ")" -%}
    case
        when {{ parameters }} like '%=*%' then concat({{ parameters }}, '&=*')
        when {{ click }} != ''
            then concat(
                substr({{ parameters }}, 1, {{ name_length }} - 1),
                '*',
                substr({{ parameters }}, {{ name_length }} + length(split_part(split_part({{ click }}, '=', 2), '&', 1)))
            )
        else {{ parameters }}
    end
{%- endmacro %}

{% macro is_masked(parameter, template) -%}
    ({{ parameter }} like '%=*' and {{ template }} not like '%=*%=*%')
{%- endmacro %}

{# What the template's * stands for in a string; null where nothing is masked. #}
{% macro masked_value(parameters, template) -%}
    case
        when length({{ template }}) < length({{ parameters }})
            then substr({{ parameters }}, position('=*' in {{ template }}) + 1, length({{ parameters }}) - length({{ template }}) + 1)
    end
{%- endmacro %}

{# What a template says of a string: its own value stands for the blank. For one value, and for a list of them in JSON. #}
{% macro unmasked(value, parameters, template) -%}
    case when {{ value }} = ' ' then {{ masked_value(parameters, template) }} else {{ value }} end
{%- endmacro %}

{% macro unmasked_list(values, parameters, template) -%}
    replace({{ values }}, ':" "', concat(':"', coalesce({{ masked_value(parameters, template) }}, ''), '"'))
{%- endmacro %}
