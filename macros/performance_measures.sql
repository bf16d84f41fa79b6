{# The measures of performance, summed alike wherever rows are put together. The last digit of a float sum depends on its
   order, so credits are summed as decimals. #}
{% macro performance_sums() -%}
    {%- for name in ['impression_count', 'click_count', 'session_count'] %}
    cast(coalesce(sum({{ name }}), 0) as bigint) as {{ name }},
    {%- endfor %}
    {%- for name in ['sign_up', 'lead', 'opportunity', 'won', 'purchase', 'new_customer'] %}
    cast(coalesce(sum(cast({{ name }}_credits as decimal(28, 12))), 0) as double) as {{ name }}_credits,
    {%- endfor %}
    {%- for name in ['spend', 'unmatched_spend', 'pipeline', 'won', 'revenue'] %}
    cast(coalesce(sum({{ name }}_amount), 0) as decimal(18, 2)) as {{ name }}_amount{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Ratios of the sums above, null where there is nothing to divide by, and costs where nothing was spent. #}
{% macro performance_ratios(summed) -%}
    cast({{ summed }}.revenue_amount as double) / nullif(cast({{ summed }}.spend_amount as double), 0) as return_on_ad_spend,
    nullif(cast({{ summed }}.spend_amount as double), 0) / nullif({{ summed }}.new_customer_credits, 0) as customer_acquisition_cost,
    nullif(cast({{ summed }}.spend_amount as double), 0) / nullif({{ summed }}.lead_credits, 0) as cost_per_lead,
    nullif(cast({{ summed }}.spend_amount as double), 0) / nullif({{ summed }}.opportunity_credits, 0) as cost_per_opportunity
{%- endmacro %}

{# The same measures by name, from what has them. Not a star: dct and the lineage read which columns a mart has. #}
{% macro performance_measures(relation) -%}
    {%- for name in ['impression_count', 'click_count', 'session_count'] %}
    {{ relation }}.{{ name }},
    {%- endfor %}
    {%- for name in ['sign_up', 'lead', 'opportunity', 'won', 'purchase', 'new_customer'] %}
    {{ relation }}.{{ name }}_credits,
    {%- endfor %}
    {%- for name in ['spend', 'unmatched_spend', 'pipeline', 'won', 'revenue'] %}
    {{ relation }}.{{ name }}_amount{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
