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
    'landing',
    case
        when reason like '%: missing%' then 'missing_required_column'
        when reason like '%cannot read%' then 'unreadable_value'
        else 'malformed_row'
    end,
    reason,
    'web',
    null,
    null,
    null,
    _landed_at,
    _file,
    _row_number
from {{ ref('stg_landing__rejected_rows') }}
where table_name = 'page_views'
