-- The key's value as text; null where the key is missing or null, and where the text is no JSON.
with

cases as (
    select
        1 as case_number,
        '{"referrer":"https://a.example/?b=\"c\"","x":1}' as written,
        'https://a.example/?b="c"' as expected
    union all
    select
        2,
        '{"referrer":7}',
        '7'
    union all
    select
        3,
        '{"Referrer":"other case"}',
        null
    union all
    select
        4,
        '{"referrer":null}',
        null
    union all
    select
        5,
        '{"referrer":"cut off',
        null
    union all
    select
        6,
        '',
        null
    union all
    select
        7,
        null,
        null
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
