-- Every landed page-view row is exactly one of accepted, duplicate and rejected, and every file's ledger adds up.
with

landed as (
    select
        source_name,
        _landed_at,
        _row_number
    from {{ ref('int_page_views_unioned') }}
),

accounted as (
    select
        source_name,
        _landed_at,
        _row_number
    from {{ ref('int_page_views_sessionized') }}
    union all
    select
        source_name,
        _landed_at,
        _row_number
    from {{ ref('fct_rejected_events') }}
    where rejected_by = 'contract'
),

counted as (
    select
        source_name,
        _landed_at,
        _row_number,
        sum(landed_count) as landed_count,
        sum(accounted_count) as accounted_count
    from (
        select
            *,
            1 as landed_count,
            0 as accounted_count
        from landed
        union all
        select
            *,
            0 as landed_count,
            1 as accounted_count
        from accounted
    ) as together
    group by source_name, _landed_at, _row_number
)

select
    'row' as counted,
    source_name as counted_name,
    _landed_at as landed_at,
    _row_number as row_or_size,
    accounted_count
from counted
where landed_count is distinct from 1 or accounted_count is distinct from 1
union all
select
    'file' as counted,
    files.file_name as counted_name,
    files.landed_at,
    files.row_count as row_or_size,
    loads.accepted_count + loads.duplicate_count + loads.rejected_count + loads.left_out_count as accounted_count
from {{ ref('int_landed_files') }} as files
left join {{ ref('fct_loads') }} as loads on files.landed_at = loads.landed_at
where files.row_count is distinct from loads.accepted_count + loads.duplicate_count + loads.rejected_count + loads.left_out_count
