-- Grain: opportunity × conversion type that it did not reach: it was lost, or is open as far as we know.
with

latest as (
    select {{ latest_touched_at() }} as latest_touched_at from {{ ref('int_touches_classified') }}
)

select
    {{ surrogate_key(['conversion_types.conversion_type', 'opportunities.opportunity_id']) }} as journey_id,
    conversion_types.conversion_type,
    opportunities.opportunity_id,
    opportunities.account_id,
    opportunities.outcome,
    conversion_types.lookback_days,
    case
        when opportunities.outcome = 'open' then greatest(coalesce(latest.latest_touched_at, opportunities.created_at), opportunities.created_at)
        else coalesce(opportunities.closed_at, closes.last_reached_at, opportunities.created_at)
    end as ended_at
from {{ ref('int_opportunities') }} as opportunities
cross join {{ ref('conversion_types') }} as conversion_types
cross join latest
left join {{ ref('int_opportunity_milestones') }} as closes
    on opportunities.opportunity_id = closes.opportunity_id and opportunities.outcome = closes.milestone
left join {{ ref('int_conversions_unioned') }} as conversions
    on opportunities.opportunity_id = conversions.origin_id and conversion_types.conversion_type = conversions.conversion_type
where conversion_types.source = 'opportunity_milestone' and conversions.conversion_id is null
