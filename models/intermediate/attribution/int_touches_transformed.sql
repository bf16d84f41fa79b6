-- Grain: touch × journey × rule by which paths are written, where the rule keeps the touch.
with

stated as (
    select
        assigned.*,
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
)

select
    marked.path_rule,
    marked.journey_id,
    marked.touch_id,
    marked.entity_id,
    marked.conversion_type,
    states.state_number,
    marked.age_days,
    marked.is_converted,
    marked.touched_at
from marked
inner join {{ ref('int_states_numbered') }} as states on marked.grain = states.grain and marked.state = states.state
where
    case marked.path_transform
        when 'collapse_repeats' then marked.state is distinct from marked.previous_state
        when 'first_occurrence' then marked.occurrence = 1
        when 'unique' then marked.occurrence_from_last = 1
        when 'last_non_direct' then not marked.is_direct or marked.is_all_direct
        else true
    end
