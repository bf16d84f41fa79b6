-- One object of the pairs, keys in order, without spaces; null where there is no pair.
with

pairs as (
    select * from (
        values
        ('two', 'msclkid', 'b"2'),
        ('two', 'gclid', 'A1'),
        ('two', null, 'without a key'),
        ('none', null, 'without a key')
    ) as listed (group_name, key_name, key_value)
),

expected as (
    select * from (
        values
        ('two', '{"gclid":"A1","msclkid":"b\"2"}'),
        ('none', null)
    ) as listed (group_name, expected)
),

answered as (
    select
        group_name,
        {{ json_object_agg('key_name', 'key_value') }} as found
    from pairs
    group by group_name
)

select
    expected.group_name,
    expected.expected,
    answered.found
from expected
left join answered on expected.group_name = answered.group_name
where answered.group_name is null or answered.found is distinct from expected.expected
