-- Forward and backward, in fractions, over the end of a month.
with

cases as (
    select
        1 as case_number,
        cast('2026-03-01 10:00:00' as timestamp) as moment,
        cast(1.5 as double) as seconds,
        cast('2026-03-01 10:00:01.5' as timestamp) as expected
    union all
    select
        2,
        cast('2026-03-01 10:00:00' as timestamp),
        -0.000001,
        cast('2026-03-01 09:59:59.999999' as timestamp)
    union all
    select
        3,
        cast('2026-03-31 12:00:00' as timestamp),
        -2592000,
        cast('2026-03-01 12:00:00' as timestamp)
    union all
    select
        4,
        cast('2026-02-28 23:59:59' as timestamp),
        1,
        cast('2026-03-01 00:00:00' as timestamp)
    union all
    select
        5,
        cast(null as timestamp),
        1,
        cast(null as timestamp)
),

answered as (
    select
        case_number,
        expected,
        {{ add_seconds('moment', 'seconds') }} as found
    from cases
)

select *
from answered
where found is distinct from expected
