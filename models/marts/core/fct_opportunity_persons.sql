-- Grain: opportunity × person whose touches may count for it, with the strongest rule that says so.
select
    {{ surrogate_key(['peopled.opportunity_id', 'peopled.person_id']) }} as opportunity_person_id,
    peopled.opportunity_id,
    peopled.person_id,
    peopled.touch_rule,
    peopled.role_name,
    peopled.is_primary,
    coalesce(peopled.touch_rule = opportunities.touch_rule, false) as is_rule_used
from {{ ref('int_opportunities_peopled') }} as peopled
inner join {{ ref('fct_opportunities') }} as opportunities on peopled.opportunity_id = opportunities.opportunity_id
