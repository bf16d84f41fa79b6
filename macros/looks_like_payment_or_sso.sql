{# A host that by its first label takes payments or signs people in, though no excluded referrer names it. #}
{% macro looks_like_payment_or_sso(host) -%}
    {{ matches_pattern(host, "'(pay|payment|payments|checkout|billing|3ds|acs|login|signin|sso|auth|idp|accounts)[.].+'") }}
{%- endmacro %}
