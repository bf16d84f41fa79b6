-- Percent-encoded UTF-8 and + are decoded; what cannot be decoded stays as it came.
with

cases as (
    select
        1 as case_number,
        'spring%20sale+now%26then' as written,
        'spring sale now&then' as expected
    union all
    select
        2,
        '%C3%BCber',
        'über'
    union all
    select
        3,
        '1%2B1',
        '1+1'
    union all
    select
        4,
        '%2525',
        '%25'
    union all
    select
        5,
        'bad%E0%A4',
        'bad%E0%A4'
    union all
    select
        6,
        '100%',
        '100%'
    union all
    select
        7,
        '',
        ''
    union all
    select
        8,
        null,
        null
),

answered as (
    select
        case_number,
        expected,
        {{ url_decode('written') }} as found
    from cases
)

select *
from answered
where found is distinct from expected
