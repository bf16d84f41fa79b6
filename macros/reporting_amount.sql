{# Join condition: the rate of a currency that holds at a date or time, of int_exchange_rates_dated. #}
{% macro holds_rate(rates, currency, at) -%}
    {{ currency }} = {{ rates }}.from_currency
    and {{ at }} >= {{ rates }}.valid_from
    and ({{ rates }}.valid_until is null or {{ at }} < {{ rates }}.valid_until)
{%- endmacro %}

{# An amount in the reporting currency; null without a rate. Nothing is nothing in any currency. #}
{% macro reporting_amount(amount, rate) -%}
    cast(case when {{ amount }} = 0 then 0 else round({{ amount }} * {{ rate }}, 2) end as decimal(18, 2))
{%- endmacro %}
