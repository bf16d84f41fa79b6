-- Grain: journey × grain of its states, channels or campaigns, with its path as it was: the numbers of its states, those of
-- direct touches below zero. A journey without a known end opens with its window; for one that has an end it is null.
with

stated as (
    select
        assigned.*,
        states.grain,
        states.state_number
    from {{ ref('int_touches_assigned_to_journeys') }} as assigned
    inner join {{ ref('int_states_numbered') }} as states on states.grain = 'channel' and assigned.channel = states.state
    where {{ in_part('assigned.entity_id') }}
    union all
    select
        assigned.*,
        states.grain,
        states.state_number
    from {{ ref('int_touches_assigned_to_journeys') }} as assigned
    left join {{ ref('int_touches_campaigned') }} as campaigned on assigned.touch_id = campaigned.touch_id
    inner join {{ ref('int_states_numbered') }} as states
        on states.grain = 'campaign' and coalesce(campaigned.campaign_key, assigned.channel) = states.state
    where {{ in_part('assigned.entity_id') }}
),

listed as (
    select
        journey_id,
        entity_id,
        type_group,
        grain,
        touch_rule,
        {{ dbt.listagg("cast(case when is_direct then -state_number else state_number end as varchar)", "' '", "order by touched_at, touch_id") }} as path,
        {{ list_agg_ordered('touch_id', 'touched_at, touch_id') }} as touch_ids,
        count(*) as touch_count,
        is_converted,
        window_opened_at,
        min(touched_at) as first_touched_at,
        max(touched_at) as last_touched_at
    from stated
    group by journey_id, entity_id, type_group, grain, touch_rule, is_converted, window_opened_at
)

select
    coalesce(journey_id, {{ surrogate_key(['type_group', list_first('touch_ids')]) }}) as journey_id,
    entity_id,
    {{ list_first('touch_ids') }} as first_touch_id,
    type_group,
    grain,
    touch_rule,
    path,
    touch_ids,
    touch_count,
    is_converted,
    first_touched_at,
    last_touched_at,
    case when journey_id is null then coalesce(window_opened_at, first_touched_at) end as opened_at
from listed
