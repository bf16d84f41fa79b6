{# A campaign is its id on its platform, and its name only where it has none. Outside the ad platforms the source of its
   touches stands for the platform. #}
{% macro campaign_key(platform, campaign_id, campaign) -%}
    {{ surrogate_key([platform, campaign_id, "case when " ~ campaign_id ~ " is null then " ~ campaign ~ " end"]) }}
{%- endmacro %}
