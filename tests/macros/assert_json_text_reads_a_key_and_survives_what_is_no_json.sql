-- The key's value as text; null where the key is missing or null, and where the text is no JSON.
with

cases as (
    select * from (
        values
        (1, '{"referrer":"https://a.example/?b=\"c\"","x":1}', 'https://a.example/?b="c"'),
        (2, '{"referrer":7}', '7'),
        (3, '{"Referrer":"other case"}', null),
        (4, '{"referrer":null}', null),
        (5, '{"referrer":"cut off', null),
        (6, '', null),
        (7, null, null)
    ) as listed (case_number, written, expected)
),

answered as (
    select
        case_number,
        expected,
        {{ json_text('written', 'referrer') }} as found
    from cases
)

select *
from answered
where found is distinct from expected
