-- A time with an offset is brought to UTC, one without is UTC already, and what is no time is null.
with

cases as (
    select 1 as case_number, '2026-03-01T10:00:00.250Z' as written, cast('2026-03-01 10:00:00.25' as timestamp) as expected
    union all
    select 2, '2026-03-01T10:00:00+02:00', cast('2026-03-01 08:00:00' as timestamp)
    union all
    select 3, '2026-03-01 10:00:00', cast('2026-03-01 10:00:00' as timestamp)
    union all
    select 4, 'yesterday', cast(null as timestamp)
    union all
    select 5, null, cast(null as timestamp)
),

answered as (
    select case_number, expected, {{ utc_timestamp('written') }} as found
    from cases
)

select *
from answered
where found is distinct from expected
