-- Grain: touch × journey × rule by which paths are written, where the rule keeps the touch.
with

stated as (
    select
        assigned.journey_id,
        assigned.touch_id,
        assigned.entity_id,
        assigned.conversion_type,
        assigned.age_days,
        assigned.is_direct,
        assigned.is_converted,
        assigned.touched_at,
        rules.path_rule,
        rules.path_transform,
        rules.grain,
        case when rules.grain = 'campaign' then coalesce(campaigned.campaign_key, assigned.channel) else assigned.channel end as state
    from {{ ref('int_touches_assigned_to_journeys') }} as assigned
    inner join {{ ref('int_path_rules_typed') }} as rules on assigned.conversion_type = rules.conversion_type
    left join {{ ref('int_touches_campaigned') }} as campaigned on assigned.touch_id = campaigned.touch_id
),

marked as (
    select
        *,
        lag(state) over (partition by path_rule, journey_id order by touched_at, touch_id) as previous_state,
        row_number() over (partition by path_rule, journey_id, state order by touched_at, touch_id) as occurrence,
        row_number() over (partition by path_rule, journey_id, state order by touched_at desc, touch_id desc) as occurrence_from_last,
        min(case when is_direct then 1 else 0 end) over (partition by path_rule, journey_id) = 1 as is_all_direct
    from stated
    where path_transform != 'as_is'
),

kept as (
    select * from stated
    where path_transform = 'as_is'
    union all
    select * exclude (previous_state, occurrence, occurrence_from_last, is_all_direct) from marked
    where
        case path_transform
            when 'collapse_repeats' then state is distinct from previous_state
            when 'first_occurrence' then occurrence = 1
            when 'unique' then occurrence_from_last = 1
            when 'last_non_direct' then not is_direct or is_all_direct
        end
)

select
    kept.path_rule,
    kept.journey_id,
    kept.touch_id,
    kept.entity_id,
    kept.conversion_type,
    states.state_number,
    kept.age_days,
    kept.is_converted,
    kept.touched_at
from kept
inner join {{ ref('int_states_numbered') }} as states on kept.grain = states.grain and kept.state = states.state
