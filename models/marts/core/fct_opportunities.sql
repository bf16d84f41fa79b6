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

touched as (   -- How the people of its creation were found, the pipeline's conversion.
    select
        opportunity_id,
        max(touch_rule) as touch_rule,
        max(touch_count) as touch_count
    from {{ ref('fct_conversions') }}
    where conversion_type = 'opportunity_created'
    group by opportunity_id
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
    touched.touch_rule,
    opportunities.currency,
    opportunities.amount,
    priced.pipeline_amount as reporting_amount,
    priced.won_amount,
    coalesce(persons.person_count, 0) as person_count,
    coalesce(persons.contact_role_person_count, 0) as contact_role_person_count,
    coalesce(touched.touch_count, 0) as touch_count,
    history.change_count,
    history.amount_change_count,
    history.reopened_count,
    opportunities.outcome != 'open' as is_closed,
    opportunities.outcome = 'won' as is_won,
    opportunities.created_at,
    opportunities.closed_at
from {{ ref('int_opportunities') }} as opportunities
inner join {{ ref('int_opportunities_priced') }} as priced on opportunities.opportunity_id = priced.opportunity_id
inner join history on opportunities.opportunity_id = history.opportunity_id
left join persons on opportunities.opportunity_id = persons.opportunity_id
left join touched on opportunities.opportunity_id = touched.opportunity_id
