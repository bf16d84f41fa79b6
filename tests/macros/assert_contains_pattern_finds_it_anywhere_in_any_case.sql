-- Anywhere, in any case, with a backslash meaning what it means in a pattern.
with

cases as (
    select * from (
        values
        (1, 'https://h.example/?EMAIL=ann@h.example', true),
        (2, 'ann@h', false),
        (3, 'annXhXexample', false),
        (4, '', false)
    ) as listed (case_number, written, expected)
),

answered as (
    select
        case_number,
        expected,
        {{ contains_pattern('written', '[a-z]+@[a-z]+\\.[a-z]+') }} as found
    from cases
)

select *
from answered
where found is distinct from expected
