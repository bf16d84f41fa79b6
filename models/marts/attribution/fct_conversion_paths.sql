-- Grain: conversion. Its touches in order of time; an unattributed conversion has an empty path.
with

paths as (
    select
        conversion_id,
        {{ list_agg_ordered('channel', 'touched_at, touch_id') }} as channels,
        {{ list_agg_ordered('touch_id', 'touched_at, touch_id') }} as touch_ids,
        count(*) as touch_count,
        cast(count_if(not is_direct) as bigint) as marketing_touch_count,
        count(distinct channel) as channel_count,
        min(touched_at) as first_touched_at,
        max(touched_at) as last_touched_at
    from {{ ref('int_touches_joined_to_conversions') }}
    group by conversion_id
)

select
    conversions.conversion_id,
    conversions.person_id,
    conversions.account_id,
    conversions.opportunity_id,
    conversions.conversion_type,
    paths.channels,
    paths.touch_ids,
    conversions.reporting_amount as amount,
    conversions.touch_count,
    coalesce(paths.marketing_touch_count, 0) as marketing_touch_count,
    coalesce(paths.channel_count, 0) as channel_count,
    cast({{ seconds_between('paths.first_touched_at', 'conversions.converted_at') }} / 86400.0 as double) as days_to_convert,
    paths.first_touched_at,
    paths.last_touched_at,
    conversions.converted_at
from {{ ref('fct_conversions') }} as conversions
left join paths on coalesce(conversions.original_conversion_id, conversions.conversion_id) = paths.conversion_id
