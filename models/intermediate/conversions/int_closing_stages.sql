-- Grain: stage that means a close, by the seed, else by the exports of three opportunities that were closed in it and of none
-- that was otherwise.
with

shown as (
    select
        lower(trim(stage_name)) as stage_name,
        min(outcome) as outcome
    from {{ ref('stg_crm__opportunity_versions') }}
    where stage_name is not null
    group by lower(trim(stage_name))
    having min(outcome) = max(outcome) and min(outcome) in ('won', 'lost') and count(distinct opportunity_id) >= 3
)

select
    coalesce(closing_stages.stage_name, shown.stage_name) as stage_name,
    coalesce(closing_stages.outcome, shown.outcome) as outcome
from shown
full outer join {{ ref('closing_stages') }} as closing_stages on shown.stage_name = closing_stages.stage_name
