-- Parts are numbered from 1, and an empty one is a part too.
with

strings as (
    select
        'k1' as string_key,
        'a=1&&b=2' as string_value
    union all
    select
        'k2',
        'alone'
),

found as (
    {{ split_to_rows('strings', 'string_key', 'string_value', '&', 'part') }}
),

expected as (
    select
        'k1' as string_key,
        'a=1' as part,
        1 as part_position
    union all
    select
        'k1',
        '',
        2
    union all
    select
        'k1',
        'b=2',
        3
    union all
    select
        'k2',
        'alone',
        1
)

select
    expected.string_key,
    expected.part as expected_part,
    found.string_key as found_key,
    found.part as found_part
from expected
full outer join found on expected.string_key = found.string_key and expected.part_position = found.part_position
where expected.string_key is null or found.string_key is null or expected.part is distinct from found.part
