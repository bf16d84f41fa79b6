-- Grain: opportunity, as it stands now.
select
    opportunities.opportunity_id,
    opportunities.account_id,
    opportunities.opportunity_name,
    opportunities.stage_name,
    conversions.touch_rule,
    opportunities.currency,
    opportunities.amount,
    conversions.reporting_amount,
    coalesce(conversions.touch_count, 0) as touch_count,
    opportunities.is_closed,
    opportunities.is_won,
    opportunities.created_at,
    opportunities.closed_at
from {{ ref('int_opportunities') }} as opportunities
left join {{ ref('fct_conversions') }} as conversions
    on opportunities.opportunity_id = conversions.opportunity_id and conversions.conversion_type = 'opportunity_created'
