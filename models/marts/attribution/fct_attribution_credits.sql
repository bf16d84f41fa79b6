-- Grain: conversion × touch × method. Never add methods together: each one divides the same conversions anew.
-- A view: int_credits_normalised has what is divided, and the rest is of the touch and the conversion.
{{ config(materialized='view') }}

with

credited as (   -- A tenth of all touches: the others are left out before rows are joined.
    select * from {{ ref('fct_touches') }}
    where touch_id in (select joined.touch_id from {{ ref('int_touches_joined_to_conversions') }} as joined)
),

methods as (   -- Hashed once for each method and type, not for each credit.
    select
        methods.method,
        conversion_types.conversion_type,
        {{ surrogate_key([
            "methods.family || coalesce(' of ' || pathed.path_rule || ' ' || cast(pathed.markov_order as varchar) || case when conversion_types.is_once_per_person then ' once' else '' end, '')",
            'cast(methods.first_weight as decimal(9, 6))', 'cast(methods.middle_weight as decimal(9, 6))',
            'cast(methods.last_weight as decimal(9, 6))', 'cast(methods.lead_weight as decimal(9, 6))',
            'cast(methods.opportunity_weight as decimal(9, 6))', 'cast(methods.half_life_days as decimal(9, 3))',
            'methods.is_direct_excluded', 'conversion_types.lookback_days'
        ]) }} as parameters_hash
    from {{ ref('attribution_methods') }} as methods
    cross join {{ ref('conversion_types') }} as conversion_types
    left join {{ ref('int_methods_pathed') }} as pathed on methods.method = pathed.method
)

select
    {{ surrogate_key(['credits.conversion_id', 'credits.method', "coalesce(credits.touch_id, 'unattributed')"]) }} as credit_id,
    credits.conversion_id,
    credits.touch_id,
    conversions.person_id,
    conversions.account_id,
    conversions.opportunity_id,
    touches.campaign_key,
    credits.method,
    credits.applied_method,
    conversions.conversion_type,
    coalesce(touches.channel, 'Unattributed') as channel,
    touches.source,
    touches.medium,
    touches.campaign,
    touches.campaign_id,
    conversions.touch_rule,
    methods.parameters_hash,
    credits.position,
    credits.touch_count,
    credits.age_days,
    credits.weight,
    credits.credit,
    credits.reporting_amount as amount,
    coalesce(touches.is_direct, false) as is_direct,
    coalesce(touches.is_paid, false) as is_paid,
    touches.touched_at,
    conversions.converted_at
from {{ ref('int_credits_normalised') }} as credits
inner join {{ ref('fct_conversions') }} as conversions on credits.conversion_id = conversions.conversion_id
inner join methods on credits.applied_method = methods.method and conversions.conversion_type = methods.conversion_type
left join credited as touches on credits.touch_id = touches.touch_id
