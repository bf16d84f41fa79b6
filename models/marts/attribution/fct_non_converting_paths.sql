-- Grain: journey that did not convert: an opportunity and a conversion type it did not reach, or a window of touches that are
-- on no other journey of the type. An opportunity without touches has an empty path.
with

latest as (
    select max(touched_at) as latest_touched_at from {{ ref('int_touches_classified') }}
),

windows as (
    select
        windowed.journey_id,
        windowed.conversion_type,
        windowed.entity_id,
        windowed.touch_rule,
        min(windowed.window_ended_at) as window_ended_at
    from {{ ref('int_touches_windowed') }} as windowed
    group by windowed.journey_id, windowed.conversion_type, windowed.entity_id, windowed.touch_rule
),

journeys as (
    select
        windows.journey_id,
        case when windows.touch_rule = 'person' then windows.entity_id end as person_id,
        case when windows.touch_rule = 'person' then persons.account_id else windows.entity_id end as account_id,
        cast(null as varchar) as opportunity_id,
        windows.conversion_type,
        case when windows.window_ended_at > latest.latest_touched_at then 'open' else 'lapsed' end as outcome,
        least(windows.window_ended_at, latest.latest_touched_at) as ended_at
    from windows
    cross join latest
    left join {{ ref('int_persons_accounted') }} as persons on windows.entity_id = persons.person_id
    union all
    select
        journey_id,
        null as person_id,
        account_id,
        opportunity_id,
        conversion_type,
        outcome,
        ended_at
    from {{ ref('int_opportunities_unconverted') }}
),

paths as (
    select
        journey_id,
        {{ list_agg_ordered('channel', 'touched_at, touch_id') }} as channels,
        {{ list_agg_ordered('touch_id', 'touched_at, touch_id') }} as touch_ids,
        min(touch_rule) as touch_rule,
        count(*) as touch_count,
        min(touched_at) as first_touched_at,
        max(touched_at) as last_touched_at
    from {{ ref('int_touches_assigned_to_journeys') }}
    where not is_converted
    group by journey_id
)

select
    journeys.journey_id,
    journeys.person_id,
    journeys.account_id,
    journeys.opportunity_id,
    journeys.conversion_type,
    journeys.outcome,
    paths.touch_rule,
    paths.channels,
    paths.touch_ids,
    coalesce(paths.touch_count, 0) as touch_count,
    paths.first_touched_at,
    paths.last_touched_at,
    journeys.ended_at
from journeys
left join paths on journeys.journey_id = paths.journey_id
