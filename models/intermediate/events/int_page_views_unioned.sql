-- Grain: row as received, from every page-view source that is switched on.
{{ config(materialized='view') }}

{% for source in var('page_view_sources') %}
    select * from {{ ref('stg_' ~ source ~ '__page_views') }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
