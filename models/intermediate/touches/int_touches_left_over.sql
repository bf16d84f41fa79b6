-- Grain: touch × group of conversion types for which it is on no journey with a known end. Whose journey it is then depends on
-- the type: the account's for opportunities, else the person's. Who is of no account is on a journey of their own. What a known
-- end of the same account or person already tells the outcome of is left out.
{{ config(materialized='view') }}

with

typed as (
    select
        touches.touch_id,
        coalesce(case when types.is_account_level then persons.account_id end, touches.person_id) as entity_id,
        types.type_group,
        touches.channel,
        case when types.is_account_level and persons.account_id is not null then 'account' else 'person' end as touch_rule,
        types.lookback_seconds,
        touches.is_direct,
        types.is_once_per_person,
        touches.touched_at
    from {{ ref('int_touches_classified') }} as touches
    inner join {{ ref('int_types_grouped') }} as types on types.type_group = types.conversion_type
    left join {{ ref('int_persons_accounted') }} as persons on touches.person_id = persons.person_id
    left join {{ ref('int_persons_on_one_journey') }} as alone on touches.person_id = alone.person_id
    where
        alone.person_id is null
        and {{ in_part('coalesce(case when types.is_account_level then persons.account_id end, touches.person_id)', of='int_touches_windowed') }}
),

ends as (
    select distinct
        entity_id,
        conversion_type,
        ended_at
    from {{ ref('int_journeys_peopled') }}
    where {{ in_part('entity_id', of='int_touches_windowed') }}
),

timed as (
    select
        typed.touch_id,
        typed.type_group,
        typed.lookback_seconds,
        typed.is_once_per_person,
        {{ seconds_between('typed.touched_at', 'ends.ended_at') }} as age_seconds
    from typed
    inner join ends on typed.entity_id = ends.entity_id and typed.type_group = ends.conversion_type
),

told as (
    select
        touch_id,
        conversion_type as type_group
    from {{ ref('int_touches_joined_to_journeys') }}
    union distinct
    -- A colleague's touch in the window of an account's opportunity that goes by others; a touch after the only conversion.
    select
        touch_id,
        type_group
    from timed
    where (age_seconds >= 0 and age_seconds <= lookback_seconds) or (is_once_per_person and age_seconds < 0)
)

select typed.* exclude (is_once_per_person)
from typed
left join told on typed.touch_id = told.touch_id and typed.type_group = told.type_group
where told.touch_id is null
union all
select
    touches.touch_id,
    touches.person_id as entity_id,
    'every type' as type_group,
    touches.channel,
    'person' as touch_rule,
    null as lookback_seconds,
    touches.is_direct,
    touches.touched_at
from {{ ref('int_touches_classified') }} as touches
inner join {{ ref('int_persons_on_one_journey') }} as alone on touches.person_id = alone.person_id
where {{ in_part('touches.person_id', of='int_touches_windowed') }}
