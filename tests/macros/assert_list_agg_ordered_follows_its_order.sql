-- In the order asked for and not in that of the values.
with

listed as (
    select cast({{ list_agg_ordered('item', 'place') }} as varchar) as items
    from (
        select
            'a' as item,
            3 as place
        union all
        select
            'c' as item,
            1 as place
        union all
        select
            'b' as item,
            2 as place
    ) as unordered
)

select items
from listed
where replace(replace(items, '"', ''), ' ', '') is distinct from '[c,b,a]'
