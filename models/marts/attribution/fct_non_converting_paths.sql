-- Grain: journey that did not convert: an opportunity and a conversion type it did not reach. Without touches the path is empty.
with

paths as (
    select
        journey_id,
        {{ list_agg_ordered('channel', 'touched_at, touch_id') }} as channels,
        {{ list_agg_ordered('touch_id', 'touched_at, touch_id') }} as touch_ids,
        min(touch_rule) as touch_rule,
        count(*) as touch_count,
        min(touched_at) as first_touched_at,
        max(touched_at) as last_touched_at
    from {{ ref('int_touches_joined_to_unconverted') }}
    group by journey_id
)

select
    unconverted.journey_id,
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
