-- Grain: opportunity conversion × milestone before it: lead creation, opportunity creation, close.
with

conversions as (
    select
        conversions.*,
        conversion_types.lookback_days
    from {{ ref('int_conversions_unioned') }} as conversions
    inner join {{ ref('conversion_types') }} as conversion_types on conversions.conversion_type = conversion_types.conversion_type
    where conversions.person_id is null and conversions.original_conversion_id is null
),

counted_persons as (
    select distinct
        conversion_id,
        person_id
    from {{ ref('int_touches_joined_to_conversions') }}
),

leads_of_conversions as (
    select
        counted_persons.conversion_id,
        leads.lead_id,
        leads.person_id,
        leads.created_at,
        coalesce(leads.converted_opportunity_id = conversions.opportunity_id, false) as is_converted_here,
        {{ seconds_between('leads.created_at', 'conversions.converted_at') }} as age_seconds,
        conversions.lookback_days
    from counted_persons
    inner join conversions on counted_persons.conversion_id = conversions.conversion_id
    inner join {{ ref('int_opportunities') }} as opportunities on conversions.opportunity_id = opportunities.opportunity_id
    inner join {{ ref('int_leads') }} as leads
        on counted_persons.person_id = leads.person_id and opportunities.created_at >= leads.created_at and not leads.is_duplicate
),

first_leads as (   -- The lead that became the opportunity, else the earliest of its people.
    select * from leads_of_conversions
    where age_seconds >= 0 and age_seconds <= lookback_days * 86400.0
    qualify row_number() over (partition by conversion_id order by is_converted_here desc, created_at asc, lead_id asc) = 1
)

select
    conversion_id,
    'lead' as milestone,
    person_id,
    created_at as reached_at
from first_leads
union all
select
    conversions.conversion_id,
    'opportunity' as milestone,
    null as person_id,
    opportunities.created_at as reached_at
from conversions
inner join {{ ref('int_opportunities') }} as opportunities on conversions.opportunity_id = opportunities.opportunity_id
where opportunities.created_at <= conversions.converted_at
union all
select
    conversion_id,
    'close' as milestone,
    null as person_id,
    converted_at as reached_at
from conversions
where milestone = 'won'
