-- Grain: page-view row that was not accepted, at landing or by the contract.
{{ config(materialized='view') }}

select
    'contract' as rejected_by,
    rejection_reason as reason,
    cast(null as varchar) as detail,
    source_name,
    event_id,
    page_url,
    received_at,
    _landed_at,
    _file,
    _row_number
from {{ ref('int_page_views_unioned') }}
where rejection_reason is not null
union all
select
    'landing' as rejected_by,
    case
        when rejected_rows.reason like '%: missing%' then 'missing_required_column'
        when rejected_rows.reason like '%cannot read%' then 'unreadable_value'
        else 'malformed_row'
    end as reason,
    rejected_rows.reason as detail,
    'web' as source_name,
    null as event_id,
    null as page_url,
    null as received_at,
    rejected_rows._landed_at,
    rejected_rows._file,
    rejected_rows._row_number
from {{ ref('stg_landing__rejected_rows') }} as rejected_rows
where rejected_rows.table_name = 'page_views'
