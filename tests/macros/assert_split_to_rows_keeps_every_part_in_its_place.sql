-- Parts are numbered from 1, and an empty one is a part too.
with

strings as (
    select * from (
        values
        ('k1', 'a=1&&b=2'),
        ('k2', 'alone')
    ) as listed (string_key, string_value)
),

found as (
    {{ split_to_rows('strings', 'string_key', 'string_value', '&', 'part') }}
),

expected as (
    select * from (
        values
        ('k1', 'a=1', 1),
        ('k1', '', 2),
        ('k1', 'b=2', 3),
        ('k2', 'alone', 1)
    ) as listed (string_key, part, part_position)
)

select
    expected.string_key,
    expected.part as expected_part,
    found.string_key as found_key,
    found.part as found_part
from expected
full outer join found on expected.string_key = found.string_key and expected.part_position = found.part_position
where expected.string_key is null or found.string_key is null or expected.part is distinct from found.part
