-- Grain: landed file of page views.
{{ config(materialized='view') }}

select * from {{ ref('stg_landing__files') }}
where table_name = 'page_views'
