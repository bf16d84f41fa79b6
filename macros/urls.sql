{# Parts of a URL. All give null for null. Each expands what it is given more than once or looks at all of it, so give it columns. #}

{% macro url_host(url) -%}
    lower({{ extract_pattern(url, '^[^:/?#]*://([^/?#:]*)') }})
{%- endmacro %}

{% macro url_without_www(host) -%}
    case when {{ host }} like 'www.%' then substr({{ host }}, 5) else {{ host }} end
{%- endmacro %}

{% macro url_path(url) -%}
    nullif({{ extract_pattern(url, '^[^:/?#]*://[^/?#]*(/[^?#]*)') }}, '')
{%- endmacro %}

{% macro url_after(url, mark) -%}
    substr({{ url }}, nullif(position('{{ mark }}' in {{ url }}), 0) + 1)
{%- endmacro %}

{# Query and fragment parameters as one string, the query first: UTMs in the fragment count, but the query's win. #}
{% macro url_parameters(url) -%}
    {%- set query = url_after("split_part(" ~ url ~ ", '#', 1)", '?') -%}
    {%- set fragment = url_after(url, '#') -%}
    case
        when {{ url }} not like '%?%' and {{ url }} not like '%#%' then null
        when {{ fragment }} like '%?%' and split_part({{ fragment }}, '?', 1) not like '%=%' then nullif(concat(coalesce({{ query }}, ''), '&', {{ url_after(fragment, '?') }}), '&')
        when {{ fragment }} like '%=%' then nullif(concat(coalesce({{ query }}, ''), '&', {{ fragment }}), '&')
        else nullif({{ query }}, '')
    end
{%- endmacro %}

{# True when the host is one of own_domains or below it. #}
{% macro is_own_host(host) -%}
    ({%- for domain in var('own_domains') -%}
        {{ host }} = '{{ domain | lower }}' or {{ host }} like '%.{{ domain | lower }}'{{ ' or ' if not loop.last }}
    {%- else -%} false {%- endfor -%})
{%- endmacro %}

{# The three characters that would change how a parameter string is split and decoded. #}
{% macro url_escape(value) -%}
    replace(replace(replace({{ value }}, '%', '%25'), '&', '%26'), '+', '%2B')
{%- endmacro %}
