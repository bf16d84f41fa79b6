-- Grain: page-view row that was not accepted, at landing or by the contract. The row itself stays in raw.
{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail') }}

select *
from {{ ref('int_rejected_rows') }}
{% if is_incremental() %}
where _landed_at > (select coalesce(max(known._landed_at), cast('1970-01-01' as timestamp)) from {{ this }} as known)
{% endif %}
