-- Staging drops and doubles no row of the site's own page views.
with

counted as (
    select
        _landed_at,
        _row_number,
        sum(raw_count) as raw_count,
        sum(staged_count) as staged_count
    from (
        select
            _landed_at,
            _row_number,
            1 as raw_count,
            0 as staged_count
        from {{ source('web', 'page_views') }}
        union all
        select
            _landed_at,
            _row_number,
            0 as raw_count,
            1 as staged_count
        from {{ ref('stg_web__page_views') }}
    ) as together
    group by _landed_at, _row_number
)

select *
from counted
where raw_count is distinct from 1 or staged_count is distinct from 1
