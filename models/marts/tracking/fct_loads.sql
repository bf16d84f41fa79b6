-- Grain: landed file of page views. landed = accepted + duplicate + rejected + left out.
with

accepted as (
    select
        _landed_at,
        cast(count_if(not is_duplicate) as bigint) as accepted_count,
        cast(count_if(is_duplicate) as bigint) as duplicate_count
    from {{ ref('int_page_views_sessionized') }}
    group by _landed_at
),

rejected as (
    select
        _landed_at,
        count(*) as rejected_count
    from {{ ref('fct_rejected_events') }}
    group by _landed_at
)

select
    files.file_name,
    files.sha256,
    files.row_count as landed_count,
    coalesce(accepted.accepted_count, 0) as accepted_count,
    coalesce(accepted.duplicate_count, 0) as duplicate_count,
    coalesce(rejected.rejected_count, 0) as rejected_count,
    files.left_out_count,
    files.landed_at
from {{ ref('int_landed_files') }} as files
left join accepted on files.landed_at = accepted._landed_at
left join rejected on files.landed_at = rejected._landed_at
