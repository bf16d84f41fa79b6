-- Grain: source of page views that sends the browser's state. A web-server log has none to miss.
{{ config(materialized='view') }}

select distinct source_name from {{ ref('int_page_views_accepted') }}
where has_first_touch
