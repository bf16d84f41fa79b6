-- Staging drops and doubles no row of the site's own page views. Counted by load, with a sum over the hashes of their numbers: where
-- that agrees, so do the rows.
with

counted as (
    select
        _landed_at,
        sum(is_raw) as raw_count,
        sum(is_staged) as staged_count,
        sum(is_raw * row_hash) as raw_hash,
        sum(is_staged * row_hash) as staged_hash
    from (
        select
            _landed_at,
            1 as is_raw,
            0 as is_staged,
            cast(hash(_row_number) as decimal(38, 0)) as row_hash
        from {{ source('web', 'page_views') }}
        union all
        select
            _landed_at,
            0 as is_raw,
            1 as is_staged,
            cast(hash(_row_number) as decimal(38, 0)) as row_hash
        from {{ ref('stg_web__page_views') }}
    ) as together
    group by _landed_at
)

select *
from counted
where raw_count is distinct from staged_count or raw_hash is distinct from staged_hash
