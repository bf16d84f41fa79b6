-- Percent-encoded UTF-8 and + are decoded; what cannot be decoded stays as it came.
with

cases as (
    select * from (
        values
        (1, 'spring%20sale+now%26then', 'spring sale now&then'),
        (2, '%C3%BCber', 'über'),
        (3, '1%2B1', '1+1'),
        (4, '%2525', '%25'),
        (5, 'bad%E0%A4', 'bad%E0%A4'),
        (6, '100%', '100%'),
        (7, '', ''),
        (8, null, null)
    ) as listed (case_number, written, expected)
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
