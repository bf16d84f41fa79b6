-- For each conversion type a touch is on the paths of the conversions and opportunities that it counts for, or else on one
-- journey that did not convert: never on both kinds. It is on none only where the outcome is told already: after a conversion that
-- happens once per person, and in the window of an opportunity of the account that goes by others. What takes another back has
-- no journeys. A journey of every type is looked at once, since most touches are on one, and the group has to hold every type.
with

types as (
    select conversion_type from {{ ref('conversion_types') }}
    where source not in ('refund', 'credit_note')
),

groups as (
    select conversion_type as type_group from types
    union all
    select 'every type' as type_group
),

members as (
    select
        groups.type_group,
        types.conversion_type
    from groups
    cross join types
    where groups.type_group in ('every type', types.conversion_type)
),

alone as (
    select distinct touch_id from {{ ref('int_touches_windowed') }}
    where type_group = 'every type' and {{ in_part('touch_id') }}
),

expected as (
    select
        touches.touch_id,
        touches.person_id,
        persons.account_id,
        groups.type_group,
        touches.touched_at
    from {{ ref('fct_touches') }} as touches
    inner join {{ ref('dim_persons') }} as persons on touches.person_id = persons.person_id
    left join alone on touches.touch_id = alone.touch_id
    inner join groups on (groups.type_group = 'every type') = (alone.touch_id is not null)
    where {{ in_part('touches.touch_id') }}
),

opportunities as (
    select
        account_id,
        conversion_type,
        converted_at as ended_at
    from {{ ref('fct_conversions') }}
    where person_id is null
    union all
    select
        account_id,
        conversion_type,
        ended_at
    from {{ ref('fct_non_converting_paths') }}
    where opportunity_id is not null
),

told as (
    select
        expected.touch_id,
        expected.type_group
    from expected
    inner join {{ ref('fct_conversions') }} as conversions
        on expected.person_id = conversions.person_id and expected.type_group in ('every type', conversions.conversion_type)
    inner join {{ ref('conversion_types') }} as conversion_types on conversions.conversion_type = conversion_types.conversion_type
    where conversion_types.is_once_per_person and expected.touched_at > conversions.converted_at
    union distinct
    select
        expected.touch_id,
        expected.type_group
    from expected
    inner join opportunities
        on expected.account_id = opportunities.account_id and expected.type_group in ('every type', opportunities.conversion_type)
    inner join {{ ref('conversion_types') }} as conversion_types on opportunities.conversion_type = conversion_types.conversion_type
    where {{ seconds_between('expected.touched_at', 'opportunities.ended_at') }} between 0 and conversion_types.lookback_days * 86400
),

journeys as (
    select
        touch_id,
        conversion_type as type_group,
        true as is_known_end
    from {{ ref('int_touches_joined_to_journeys') }}
    where {{ in_part('touch_id') }}
    union all
    select
        touch_id,
        type_group,
        false as is_known_end
    from {{ ref('int_touches_windowed') }}
    where {{ in_part('touch_id') }}
),

assigned as (   -- That a touch is on no journey twice, the keys of both say.
    select
        touch_id,
        type_group,
        count(*) as journey_count,
        count_if(is_known_end) as known_end_count
    from journeys
    group by touch_id, type_group
)

select
    coalesce(expected.touch_id, assigned.touch_id) as touch_id,
    coalesce(expected.type_group, assigned.type_group) as type_group,
    assigned.journey_count,
    assigned.known_end_count
from expected
full outer join assigned on expected.touch_id = assigned.touch_id and expected.type_group = assigned.type_group
left join told on expected.touch_id = told.touch_id and expected.type_group = told.type_group
where
    expected.touch_id is null
    or coalesce(assigned.journey_count, 0)
    != coalesce(nullif(assigned.known_end_count, 0), case when told.touch_id is null then 1 else 0 end)
union all
select
    'a type that a group lacks or should not have' as touch_id,
    coalesce(members.type_group, grouped.type_group) as type_group,
    count(grouped.type_group) as journey_count,
    null as known_end_count
from members
full outer join {{ ref('int_types_grouped') }} as grouped
    on members.type_group = grouped.type_group and members.conversion_type = grouped.conversion_type
group by coalesce(members.type_group, grouped.type_group), coalesce(members.conversion_type, grouped.conversion_type)
having count(members.type_group) != 1 or count(grouped.type_group) != 1
