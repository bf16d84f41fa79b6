-- One object of the pairs, keys in order, without spaces; null where there is no pair.
with

pairs as (
    select
        'two' as group_name,
        'msclkid' as key_name,
        'b"2' as key_value
    union all
    select
        'two',
        'gclid',
        'A1'
    union all
    select
        'two',
        null,
        'without a key'
    union all
    select
        'none',
        null,
        'without a key'
),

expected as (
    select
        'two' as group_name,
        '{"gclid":"A1","msclkid":"b\"2"}' as expected
    union all
    select
        'none',
        null
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
