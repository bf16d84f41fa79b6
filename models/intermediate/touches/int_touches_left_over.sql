-- Grain: touch × conversion type for which it is on no journey with a known end. Whose journey it is then depends on the
-- type: the account's for opportunities, else the person's. Who is of no account is on a journey of their own.
with

levels as (   -- What takes another back is no conversion of its own.
    select
        conversion_type,
        lookback_days * 86400.0 as lookback_seconds,
        source = 'opportunity_milestone' as is_account_level
    from {{ ref('conversion_types') }}
    where source not in ('refund', 'credit_note')
),

joined as (
    select distinct
        conversion_type,
        touch_id
    from {{ ref('int_touches_joined_to_journeys') }}
)

select
    touches.touch_id,
    touches.person_id,
    case when levels.is_account_level then coalesce(persons.account_id, touches.person_id) else touches.person_id end as entity_id,
    levels.conversion_type,
    touches.channel,
    case when levels.is_account_level and persons.account_id is not null then 'account' else 'person' end as touch_rule,
    levels.lookback_seconds,
    touches.is_direct,
    touches.touched_at
from {{ ref('int_touches_classified') }} as touches
cross join levels
left join {{ ref('int_persons_accounted') }} as persons on touches.person_id = persons.person_id
left join joined on touches.touch_id = joined.touch_id and levels.conversion_type = joined.conversion_type
where joined.touch_id is null
