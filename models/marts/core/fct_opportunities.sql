-- Grain: opportunity, as it stands now.
select
    conversions.opportunity_id,
    conversions.account_id,
    opportunities.opportunity_name,
    opportunities.stage_name,
    conversions.touch_rule,
    conversions.currency,
    conversions.amount,
    conversions.reporting_amount,
    conversions.touch_count,
    opportunities.is_closed,
    opportunities.is_won,
    opportunities.created_at,
    opportunities.closed_at
from {{ ref('int_opportunities') }} as opportunities
inner join {{ ref('fct_conversions') }} as conversions
    on opportunities.opportunity_id = conversions.opportunity_id and conversions.conversion_type = 'opportunity_created'
