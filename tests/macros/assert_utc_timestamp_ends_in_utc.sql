-- A time with an offset is brought to UTC, one without is UTC already, and what is no time is null.
with

cases as (
    select * from (
        values
        (1, '2026-03-01T10:00:00.250Z', cast('2026-03-01 10:00:00.25' as timestamp)),
        (2, '2026-03-01T10:00:00+02:00', cast('2026-03-01 08:00:00' as timestamp)),
        (3, '2026-03-01 10:00:00', cast('2026-03-01 10:00:00' as timestamp)),
        (4, 'yesterday', cast(null as timestamp)),
        (5, null, cast(null as timestamp))
    ) as listed (case_number, written, expected)
),

answered as (
    select
        case_number,
        expected,
        {{ utc_timestamp('written') }} as found
    from cases
)

select *
from answered
where found is distinct from expected
