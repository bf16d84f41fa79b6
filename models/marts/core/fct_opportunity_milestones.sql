-- Grain: opportunity × milestone that it ever reached: created, each stage, won, lost.
select
    {{ surrogate_key(['milestones.opportunity_id', 'milestones.milestone']) }} as opportunity_milestone_id,
    milestones.opportunity_id,
    opportunities.account_id,
    milestones.milestone,
    milestones.stage_name,
    milestones.reached_count,
    cast({{ seconds_between('opportunities.created_at', 'milestones.first_reached_at') }} / 86400.0 as double) as days_since_created,
    milestones.is_standing,
    milestones.first_reached_at,
    milestones.last_reached_at
from {{ ref('int_opportunity_milestones') }} as milestones
inner join {{ ref('int_opportunities') }} as opportunities on milestones.opportunity_id = opportunities.opportunity_id
