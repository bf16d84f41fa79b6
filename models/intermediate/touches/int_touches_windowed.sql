-- Grain: touch × group of conversion types for which it is on no journey with a known end. Such touches make journeys that did
-- not convert: one ends where nothing follows for longer than the lookback, and none is longer than that. Where all that an
-- account or person has fits one window, the time at which it opened is null here.
with

left_over as (
    select * from {{ ref('int_touches_left_over') }}
    where {{ in_part('entity_id') }}
),

long as (
    select
        type_group,
        entity_id
    from left_over
    where lookback_seconds is not null
    group by type_group, entity_id, lookback_seconds
    having {{ seconds_between('min(touched_at)', 'max(touched_at)') }} > lookback_seconds
),

paused as (
    select
        left_over.*,
        lag(left_over.touched_at) over (
            partition by left_over.type_group, left_over.entity_id order by left_over.touched_at, left_over.touch_id
        ) as previous_touched_at
    from left_over
    inner join long on left_over.type_group = long.type_group and left_over.entity_id = long.entity_id
),

stretched as (
    select
        *,
        max(case when {{ seconds_between('previous_touched_at', 'touched_at') }} <= lookback_seconds then null else touched_at end) over (
            partition by type_group, entity_id order by touched_at, touch_id rows between unbounded preceding and current row
        ) as stretch_started_at
    from paused
),

windowed as (   -- A touch exactly the lookback after the first is in its window, as it would be before a conversion.
    select
        *,
        greatest(ceil({{ seconds_between('stretch_started_at', 'touched_at') }} / lookback_seconds), 1) as window_number
    from stretched
)

select
    touch_id,
    entity_id,
    type_group,
    channel,
    touch_rule,
    is_direct,
    touched_at,
    {{ add_seconds('stretch_started_at', '(window_number - 1) * lookback_seconds') }} as window_opened_at
from windowed
union all
select
    left_over.touch_id,
    left_over.entity_id,
    left_over.type_group,
    left_over.channel,
    left_over.touch_rule,
    left_over.is_direct,
    left_over.touched_at,
    cast(null as timestamp) as window_opened_at
from left_over
left join long on left_over.type_group = long.type_group and left_over.entity_id = long.entity_id
where long.entity_id is null
