-- Later minus earlier, to the microsecond, whatever marks of the clock are passed on the way.
with

cases as (
    select * from (
        values
        (1, cast('2026-03-01 10:00:00' as timestamp), cast('2026-03-01 10:00:01.5' as timestamp), 1.5),
        (2, cast('2026-03-01 10:00:00.999999' as timestamp), cast('2026-03-01 10:00:01' as timestamp), 0.000001),
        (3, cast('2026-03-01 00:00:10' as timestamp), cast('2026-02-28 23:59:50' as timestamp), -20),
        (4, cast('2026-01-01 00:00:00' as timestamp), cast('2026-04-01 00:00:00' as timestamp), 7776000),
        (5, cast('2026-01-01 00:00:00' as timestamp), cast(null as timestamp), null)
    ) as listed (case_number, earlier, later, expected)
),

answered as (
    select
        case_number,
        expected,
        round({{ seconds_between('earlier', 'later') }}, 6) as found
    from cases
)

select *
from answered
where found is distinct from expected
