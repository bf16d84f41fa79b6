-- Staging drops and doubles no row of the site's own page views. Counted by load, with a sum over the hashes of their numbers: where
-- that agrees, so do the rows.
with

counted as (
    select
        _landed_at,
        sum(raw_count) as raw_count,
        sum(staged_count) as staged_count,
        sum(raw_count * row_hash) as raw_hash,
        sum(staged_count * row_hash) as staged_hash
    from (
        select
            _landed_at,
            1 as raw_count,
            0 as staged_count,
            cast(hash(_row_number) as decimal(38, 0)) as row_hash
        from {{ source('web', 'page_views') }}
        union all
        select
            _landed_at,
            0 as raw_count,
            1 as staged_count,
            cast(hash(_row_number) as decimal(38, 0)) as row_hash
        from {{ ref('stg_web__page_views') }}
    ) as together
    group by _landed_at
)

select *
from counted
where raw_count is distinct from staged_count or raw_hash is distinct from staged_hash
