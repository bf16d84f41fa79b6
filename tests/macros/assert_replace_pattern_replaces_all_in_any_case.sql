-- Every occurrence, whatever its case; a group of the pattern may be kept.
with

cases as (
    select * from (
        values
        (1, 'a=1&TEL=2&tel=3', 'a=1&TEL=x&tel=x'),
        (2, 'hotel=2', 'hotel=2'),
        (3, null, null)
    ) as listed (case_number, written, expected)
),

answered as (
    select
        case_number,
        expected,
        {{ replace_pattern('written', '(&tel=)[0-9]+', '\\1x') }} as found
    from cases
)

select *
from answered
where found is distinct from expected
