-- With case, from the first character to the last, with or without anchors; an unknown side matches nothing.
with

cases as (
    select
        1 as case_number,
        'cpc' as written,
        'cp.*' as pattern,
        true as expected
    union all
    select
        2,
        'xcpc',
        'cp.*',
        false
    union all
    select
        3,
        'CPC',
        'cp.*',
        false
    union all
    select
        4,
        'paid',
        'paid|ppc',
        true
    union all
    select
        5,
        'prepaid',
        'paid|ppc',
        false
    union all
    select
        6,
        'AbC-1',
        '^[A-Za-z0-9_-]{5,}$',
        true
    union all
    select
        7,
        null,
        'a',
        false
    union all
    select
        8,
        'a',
        null,
        false
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
