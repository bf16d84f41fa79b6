-- Grain: journey that did not convert: an opportunity and a conversion type it did not reach, or a window of touches that are
-- on no other journey of the type. An opportunity without touches has an empty path. A view: most journeys are one and the same
-- for every type.
{{ config(materialized='view') }}

with

latest as (
    select {{ latest_touched_at() }} as latest_touched_at from {{ ref('int_touches_classified') }}
),

channels as (
    select
        transformed.whole_path,
        {{ list_agg_ordered('states.state', 'transformed.position') }} as channels
    from {{ ref('int_paths_transformed') }} as transformed
    inner join {{ ref('int_states_numbered') }} as states
        on transformed.grain = states.grain and transformed.state_number = states.state_number
    where transformed.path_transform = 'as_is' and transformed.grain = 'channel'
    group by transformed.whole_path
),

paths as (
    select
        listed.*,
        channels.channels
    from {{ ref('int_journeys_listed') }} as listed
    inner join channels on listed.path = channels.whole_path
    where listed.grain = 'channel' and not listed.is_converted
)

select
    {{ surrogate_key(['types.conversion_type', 'paths.first_touch_id']) }} as journey_id,
    case when paths.touch_rule = 'person' then paths.entity_id end as person_id,
    case when paths.touch_rule = 'person' then persons.account_id else paths.entity_id end as account_id,
    cast(null as varchar) as opportunity_id,
    types.conversion_type,
    case
        when {{ add_seconds('paths.opened_at', 'types.lookback_seconds') }} > latest.latest_touched_at then 'open' else 'lapsed'
    end as outcome,
    paths.touch_rule,
    paths.channels,
    paths.touch_ids,
    paths.touch_count,
    paths.first_touched_at,
    paths.last_touched_at,
    least({{ add_seconds('paths.opened_at', 'types.lookback_seconds') }}, latest.latest_touched_at) as ended_at
from paths
inner join {{ ref('int_types_grouped') }} as types on paths.type_group = types.type_group
cross join latest
left join {{ ref('int_persons_accounted') }} as persons on paths.entity_id = persons.person_id
where paths.opened_at is not null
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
