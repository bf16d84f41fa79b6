-- Grain: touch × conversion type for which it is on no journey with a known end. Whose journey it is then depends on the
-- type: the account's for opportunities, else the person's. Who is of no account is on a journey of their own. What a known end
-- of the same account or person already tells the outcome of is left out.
with

levels as (   -- What takes another back is no conversion of its own.
    select
        conversion_type,
        lookback_days * 86400.0 as lookback_seconds,
        source = 'opportunity_milestone' as is_account_level,
        is_once_per_person
    from {{ ref('conversion_types') }}
    where source not in ('refund', 'credit_note')
),

joined as (
    select distinct
        conversion_type,
        touch_id
    from {{ ref('int_touches_joined_to_journeys') }}
),

left_over as (
    select
        touches.touch_id,
        touches.person_id,
        case when levels.is_account_level then coalesce(persons.account_id, touches.person_id) else touches.person_id end as entity_id,
        levels.conversion_type,
        touches.channel,
        case when levels.is_account_level and persons.account_id is not null then 'account' else 'person' end as touch_rule,
        levels.lookback_seconds,
        touches.is_direct,
        levels.is_once_per_person,
        touches.touched_at
    from {{ ref('int_touches_classified') }} as touches
    cross join levels
    left join {{ ref('int_persons_accounted') }} as persons on touches.person_id = persons.person_id
    left join joined on touches.touch_id = joined.touch_id and levels.conversion_type = joined.conversion_type
    where joined.touch_id is null
),

ends as (
    select distinct
        entity_id,
        conversion_type,
        ended_at
    from {{ ref('int_journeys_peopled') }}
),

timed as (
    select
        left_over.touch_id,
        left_over.conversion_type,
        left_over.lookback_seconds,
        left_over.is_once_per_person,
        {{ seconds_between('left_over.touched_at', 'ends.ended_at') }} as age_seconds
    from left_over
    inner join ends on left_over.entity_id = ends.entity_id and left_over.conversion_type = ends.conversion_type
),

told as (   -- A colleague's touch in the window of an account's opportunity that goes by others; a touch after the only conversion.
    select distinct
        touch_id,
        conversion_type
    from timed
    where (age_seconds >= 0 and age_seconds <= lookback_seconds) or (is_once_per_person and age_seconds < 0)
)

select left_over.* exclude (is_once_per_person)
from left_over
left join told on left_over.touch_id = told.touch_id and left_over.conversion_type = told.conversion_type
where told.touch_id is null
