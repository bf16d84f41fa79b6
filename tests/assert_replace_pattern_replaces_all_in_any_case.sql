-- Every occurrence, whatever its case; a group of the pattern may be kept.
with

cases as (
    select
        1 as case_number,
        'a=1&TEL=2&tel=3' as written,
        'a=1&TEL=x&tel=x' as expected
    union all
    select
        2,
        'hotel=2',
        'hotel=2'
    union all
    select
        3,
        null,
        null
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
