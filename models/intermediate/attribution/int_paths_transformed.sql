-- Grain: distinct path as it was × rule by which paths are written × touch that the rule keeps. What a rule does depends on
-- nothing but the path: paths are few, and journeys are many.
with

paths as (
    select distinct
        grain,
        path
    from {{ ref('int_journeys_listed') }}
),

distinct_paths as (
    select distinct path from paths
),

split as (
    {{ split_to_rows('distinct_paths', 'path', 'path', ' ', 'token') }}
),

rules as (
    select distinct
        grain,
        path_transform
    from {{ ref('int_methods_pathed') }}
),

stated as (
    select
        paths.grain,
        rules.path_transform,
        paths.path,
        split.token_position,
        abs(cast(split.token as integer)) as state_number,
        split.token like '-%' as is_direct
    from paths
    inner join split on paths.path = split.path
    inner join rules on paths.grain = rules.grain
),

marked as (
    select
        *,
        lag(state_number) over (partition by grain, path_transform, path order by token_position) as previous_state_number,
        row_number() over (partition by grain, path_transform, path, state_number order by token_position) as occurrence,
        row_number() over (partition by grain, path_transform, path, state_number order by token_position desc) as occurrence_from_last,
        min(case when is_direct then 1 else 0 end) over (partition by grain, path_transform, path) = 1 as is_all_direct
    from stated
),

kept as (
    select * from marked
    where
        case path_transform
            when 'as_is' then true
            when 'collapse_repeats' then state_number is distinct from previous_state_number
            when 'first_occurrence' then occurrence = 1
            when 'unique' then occurrence_from_last = 1
            when 'last_non_direct' then not is_direct or is_all_direct
        end
)

select
    grain,
    path_transform,
    path as whole_path,
    cast(token_position as integer) as whole_position,
    state_number,
    row_number() over (partition by grain, path_transform, path order by token_position) as position,
    count(*) over (partition by grain, path_transform, path) as touch_count
from kept
