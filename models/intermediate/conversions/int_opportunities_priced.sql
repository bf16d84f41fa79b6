-- Grain: opportunity, in the reporting currency: its pipeline at the rate of the day it was created, and what was won at that of
-- the day it closed.
select
    opportunities.opportunity_id,
    {{ reporting_amount('opportunities.amount', 'created_rates.rate') }} as pipeline_amount,
    case when wins.is_standing then {{ reporting_amount('opportunities.amount', 'won_rates.rate') }} end as won_amount,
    cast(opportunities.created_at as date) as created_date,
    case when wins.is_standing then cast(wins.last_reached_at as date) end as won_date
from {{ ref('int_opportunities') }} as opportunities
left join {{ ref('int_opportunity_milestones') }} as wins
    on opportunities.opportunity_id = wins.opportunity_id and wins.milestone = 'won'
left join {{ ref('int_exchange_rates_dated') }} as created_rates
    on {{ holds_rate('created_rates', 'opportunities.currency', 'opportunities.created_at') }}
left join {{ ref('int_exchange_rates_dated') }} as won_rates
    on {{ holds_rate('won_rates', 'opportunities.currency', 'wins.last_reached_at') }}
