-- Grain: journey that did not convert: an opportunity and a conversion type it did not reach, or a window of touches that are
-- on no other journey of the type. An opportunity without touches has an empty path.
with

latest as (
    select {{ latest_touched_at() }} as latest_touched_at from {{ ref('int_touches_classified') }}
),

paths as (
    select
        journey_id,
        entity_id,
        conversion_type,
        touch_rule,
        {{ list_agg_ordered('channel', 'touched_at, touch_id') }} as channels,
        {{ list_agg_ordered('touch_id', 'touched_at, touch_id') }} as touch_ids,
        count(*) as touch_count,
        min(touched_at) as first_touched_at,
        max(touched_at) as last_touched_at,
        min(window_ended_at) as window_ended_at
    from {{ ref('int_touches_assigned_to_journeys') }}
    where not is_converted
    group by journey_id, entity_id, conversion_type, touch_rule
)

select
    paths.journey_id,
    case when paths.touch_rule = 'person' then paths.entity_id end as person_id,
    case when paths.touch_rule = 'person' then persons.account_id else paths.entity_id end as account_id,
    null as opportunity_id,
    paths.conversion_type,
    case when paths.window_ended_at > latest.latest_touched_at then 'open' else 'lapsed' end as outcome,
    paths.touch_rule,
    paths.channels,
    paths.touch_ids,
    paths.touch_count,
    paths.first_touched_at,
    paths.last_touched_at,
    least(paths.window_ended_at, latest.latest_touched_at) as ended_at
from paths
cross join latest
left join {{ ref('int_persons_accounted') }} as persons on paths.entity_id = persons.person_id
where paths.window_ended_at is not null
union all
select
    unconverted.journey_id,
    null as person_id,
    unconverted.account_id,
    unconverted.opportunity_id,
    unconverted.conversion_type,
    unconverted.outcome,
    paths.touch_rule,
    paths.channels,
    paths.touch_ids,
    coalesce(paths.touch_count, 0) as touch_count,
    paths.first_touched_at,
    paths.last_touched_at,
    unconverted.ended_at
from {{ ref('int_opportunities_unconverted') }} as unconverted
left join paths on unconverted.journey_id = paths.journey_id
