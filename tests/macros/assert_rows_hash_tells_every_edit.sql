-- One value whatever the order of the rows; another after an edit, a swap of two cells, a row more or a row twice.
with

listed as (
    select * from (values ('a', 'b', 1), ('c', null, 2)) as listed (first_text, second_text, number)
),

turned as (
    select * from (values ('c', null, 2), ('a', 'b', 1)) as listed (first_text, second_text, number)
),

edited as (
    select * from (values ('a', 'B', 1), ('c', null, 2)) as listed (first_text, second_text, number)
),

swapped as (
    select * from (values ('b', 'a', 1), ('c', null, 2)) as listed (first_text, second_text, number)
),

crossed as (
    select * from (values ('c', 'b', 1), ('a', null, 2)) as listed (first_text, second_text, number)
),

emptied as (
    select * from (values ('a', 'b', 1), ('c', '', 2)) as listed (first_text, second_text, number)
),

doubled as (
    select * from listed
    union all
    select * from listed
),

none as (
    select * from listed
    where false
),

hashed as (
    {% for rows in ['turned', 'edited', 'swapped', 'crossed', 'emptied', 'doubled', 'none'] %}
        select
            '{{ rows }}' as case_name,
            {{ rows_hash(rows) }} as found,
            {{ rows_hash('listed') }} as expected
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select *
from hashed
where found is null or (found = expected) != (case_name = 'turned')
