-- Grain: landed file of page views.
{{ config(materialized='view') }}

select
    file_name,
    table_name,
    sha256,
    size_bytes,
    row_count,
    rejected_count,
    left_out_count,
    landed_at
from {{ ref('stg_landing__files') }}
where table_name = 'page_views'
