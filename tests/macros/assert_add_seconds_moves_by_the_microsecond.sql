-- Forward and backward, in fractions, over the end of a month.
with

cases as (
    select * from (
        values
        (1, cast('2026-03-01 10:00:00' as timestamp), cast(1.5 as double), cast('2026-03-01 10:00:01.5' as timestamp)),
        (2, cast('2026-03-01 10:00:00' as timestamp), -0.000001, cast('2026-03-01 09:59:59.999999' as timestamp)),
        (3, cast('2026-03-31 12:00:00' as timestamp), -2592000, cast('2026-03-01 12:00:00' as timestamp)),
        (4, cast('2026-02-28 23:59:59' as timestamp), 1, cast('2026-03-01 00:00:00' as timestamp)),
        (5, cast(null as timestamp), 1, cast(null as timestamp))
    ) as listed (case_number, moment, seconds, expected)
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
