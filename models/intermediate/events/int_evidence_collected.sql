-- Grain: distinct combination of evidence that any page view, browser state or outside touch carried.
{{ config(materialized='incremental', incremental_strategy='append') }}

with

found as (
    select evidence_id, {{ evidence_columns() | join(', ') }} from {{ ref('int_page_views_deduplicated') }}
    union distinct
    select evidence_id, {{ evidence_columns() | join(', ') }} from {{ ref('int_client_first_touches_evidenced') }}
    union distinct
    select evidence_id, {{ evidence_columns() | join(', ') }} from {{ ref('int_outside_touches') }}
)

select *
from found
where evidence_id is not null
{% if is_incremental() %}
and evidence_id not in (select collected.evidence_id from {{ this }} as collected)
{% endif %}
