-- Grain: touch × conversion type for which it is on no journey with a known end. Such touches make journeys that did not
-- convert: one ends where nothing follows for longer than the lookback, and none is longer than that.
with

paused as (
    select
        *,
        lag(touched_at) over (partition by conversion_type, entity_id order by touched_at, touch_id) as previous_touched_at
    from {{ ref('int_touches_left_over') }}
),

stretched as (
    select
        *,
        sum(case when {{ seconds_between('previous_touched_at', 'touched_at') }} <= lookback_seconds then 0 else 1 end) over (
            partition by conversion_type, entity_id order by touched_at, touch_id rows between unbounded preceding and current row
        ) as stretch_number
    from paused
),

opened as (
    select
        *,
        min(touched_at) over (partition by conversion_type, entity_id, stretch_number) as stretch_started_at
    from stretched
),

windowed as (   -- A touch exactly the lookback after the first is in its window, as it would be before a conversion.
    select
        *,
        greatest(ceil({{ seconds_between('stretch_started_at', 'touched_at') }} / lookback_seconds), 1) as window_number
    from opened
),

named as (
    select
        *,
        first_value(touch_id) over (
            partition by conversion_type, entity_id, stretch_number, window_number order by touched_at, touch_id
        ) as first_touch_id
    from windowed
)

select
    {{ surrogate_key(['conversion_type', 'first_touch_id']) }} as journey_id,
    touch_id,
    person_id,
    entity_id,
    conversion_type,
    channel,
    touch_rule,
    is_direct,
    touched_at,
    {{ add_seconds('stretch_started_at', 'window_number * lookback_seconds') }} as window_ended_at
from named
