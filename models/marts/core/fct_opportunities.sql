-- Grain: opportunity, as it stands now.
with

history as (
    select
        opportunity_id,
        count(*) - 1 as change_count,
        cast(count_if(amount_change != 0) as bigint) as amount_change_count,
        cast(count_if(is_reopening) as bigint) as reopened_count
    from {{ ref('int_opportunities_dated') }}
    group by opportunity_id
),

valued as (   -- As pipeline at the rate of the day it was created, won at that of the day it closed.
    select
        conversions.opportunity_id,
        max(case when conversion_types.match_pattern = 'created' then conversions.touch_rule end) as touch_rule,
        max(case when conversion_types.match_pattern = 'created' then conversions.touch_count end) as touch_count,
        max(case when conversion_types.match_pattern = 'created' then conversions.reporting_amount end) as reporting_amount,
        max(case when conversion_types.match_pattern = 'won' then conversions.reporting_amount end) as won_amount
    from {{ ref('fct_conversions') }} as conversions
    inner join {{ ref('conversion_types') }} as conversion_types on conversions.conversion_type = conversion_types.conversion_type
    where conversion_types.source = 'opportunity_milestone'
    group by conversions.opportunity_id
),

persons as (
    select
        opportunity_id,
        max(case when is_primary then person_id end) as primary_person_id,
        count(*) as person_count,
        cast(count_if(touch_rule = 'contact_role') as bigint) as contact_role_person_count
    from {{ ref('int_opportunities_peopled') }}
    group by opportunity_id
)

select
    opportunities.opportunity_id,
    opportunities.account_id,
    persons.primary_person_id,
    opportunities.opportunity_name,
    opportunities.stage_name,
    opportunities.outcome,
    valued.touch_rule,
    opportunities.currency,
    opportunities.amount,
    valued.reporting_amount,
    valued.won_amount,
    coalesce(persons.person_count, 0) as person_count,
    coalesce(persons.contact_role_person_count, 0) as contact_role_person_count,
    coalesce(valued.touch_count, 0) as touch_count,
    history.change_count,
    history.amount_change_count,
    history.reopened_count,
    opportunities.outcome != 'open' as is_closed,
    opportunities.outcome = 'won' as is_won,
    opportunities.created_at,
    opportunities.closed_at
from {{ ref('int_opportunities') }} as opportunities
inner join history on opportunities.opportunity_id = history.opportunity_id
left join persons on opportunities.opportunity_id = persons.opportunity_id
left join valued on opportunities.opportunity_id = valued.opportunity_id
