-- Grain: accepted row whose event was received earlier in another row. Beside them, per source and load, a row without an
-- event that says up to where the landed rows have been looked through.
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['source_name', 'event_id']) }}

with

landed as (
    select accepted.* from {{ ref('int_page_views_accepted') }} as accepted
    {% if is_incremental() %}
        left join (select source_name, max(_landed_at) as landed_until from {{ this }} group by source_name) as watermarks
            on accepted.source_name = watermarks.source_name
        where accepted._landed_at > coalesce(watermarks.landed_until, cast('1970-01-01' as timestamp))
    {% endif %}
),

suspects as (   -- A hash of 64 bits is quick to count. Two events that share one are told apart below.
    select hash(event_id) as event_hash from landed
    group by hash(event_id)
    {% if not is_incremental() %}
        having count(*) > 1
    {% endif %}
),

suspected as (
    select * from {{ ref('int_page_views_accepted') }}
    where hash(event_id) in (select suspects.event_hash from suspects)
)

-- Ties in receipt are broken by content, so that the order of landing never matters.
select
    source_name,
    event_id,
    visitor_id,
    _landed_at,
    _row_number
from suspected
qualify
    row_number() over (
        partition by source_name, event_id
        order by
            received_at nulls last, occurred_at, visitor_id, page_url, referrer, user_id, user_agent, page_title, consent,
            has_first_touch, is_time_fallback, has_personal_data, clock_lag_seconds, _landed_at, _row_number
    ) > 1
union all
select
    source_name,
    null as event_id,
    null as visitor_id,
    max(_landed_at) as _landed_at,
    null as _row_number
from landed
group by source_name
