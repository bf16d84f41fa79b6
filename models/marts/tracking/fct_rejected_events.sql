-- Grain: page-view row that was not accepted, at landing or by the contract. The row itself stays in raw.
{{ config(materialized='view') }}

select
    rejected_by,
    reason,
    detail,
    source_name,
    event_id,
    page_url,
    received_at,
    _landed_at,
    _file,
    _row_number
from {{ ref('int_rejected_rows') }}
where reason is not null
