-- With case, from the first character to the last, with or without anchors; an unknown side matches nothing.
with

cases as (
    select * from (
        values
        (1, 'cpc', 'cp.*', true),
        (2, 'xcpc', 'cp.*', false),
        (3, 'CPC', 'cp.*', false),
        (4, 'paid', 'paid|ppc', true),
        (5, 'prepaid', 'paid|ppc', false),
        (6, 'AbC-1', '^[A-Za-z0-9_-]{5,}$', true),
        (7, null, 'a', false),
        (8, 'a', null, false)
    ) as listed (case_number, written, pattern, expected)
),

answered as (
    select
        case_number,
        expected,
        coalesce({{ matches_pattern('written', 'pattern') }}, false) as found
    from cases
)

select *
from answered
where found is distinct from expected
