-- Grain: page-view row that was not accepted, at landing or by the contract. The row itself stays in raw.
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail') }}

select
    rejected.rejected_by,
    rejected.reason,
    rejected.detail,
    rejected.source_name,
    rejected.event_id,
    rejected.page_url,
    rejected.received_at,
    rejected._landed_at,
    rejected._file,
    rejected._row_number
from {{ ref('int_rejected_rows') }} as rejected
{% if is_incremental() %}
left join (select source_name, max(_landed_at) as landed_until from {{ this }} group by source_name) as watermarks
    on rejected.source_name = watermarks.source_name
where rejected._landed_at > coalesce(watermarks.landed_until, cast('1970-01-01' as timestamp))
{% endif %}
