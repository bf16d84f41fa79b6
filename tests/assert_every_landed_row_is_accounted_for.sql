-- Every landed page-view row is exactly one of accepted, duplicate and rejected, and every file's ledger adds up. Rows are counted by
-- load, with a sum over the hashes of their numbers: where that agrees, so do the rows.
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
        sum(is_landed) as landed_count,
        sum(is_accounted) as accounted_count,
        sum(is_landed * row_hash) as landed_hash,
        sum(is_accounted * row_hash) as accounted_hash
    from (
        select
            *,
            1 as is_landed,
            0 as is_accounted,
            cast(hash(_row_number) as decimal(38, 0)) as row_hash
        from landed
        union all
        select
            *,
            0 as is_landed,
            1 as is_accounted,
            cast(hash(_row_number) as decimal(38, 0)) as row_hash
        from accounted
    ) as together
    group by source_name, _landed_at
)

select
    'load' as counted,
    source_name as counted_name,
    _landed_at as landed_at,
    landed_count as row_count,
    accounted_count
from counted
where landed_count is distinct from accounted_count or landed_hash is distinct from accounted_hash
union all
select
    'file' as counted,
    files.file_name as counted_name,
    files.landed_at,
    files.row_count,
    loads.accepted_count + loads.duplicate_count + loads.rejected_count + loads.left_out_count as accounted_count
from {{ ref('int_landed_files') }} as files
left join {{ ref('fct_loads') }} as loads on files.landed_at = loads.landed_at
where files.row_count is distinct from loads.accepted_count + loads.duplicate_count + loads.rejected_count + loads.left_out_count
