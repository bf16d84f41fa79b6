-- Grain: conversion of any type. One that takes another back (a refund, a credit note) follows the credit of that one.
with

timed as (
    select
        typed.*,
        conversion_types.amount_kind,
        conversion_types.repeat_after_days,
        lag(typed.converted_at) over (
            partition by typed.conversion_type, typed.person_id order by typed.converted_at, typed.origin_id
        ) as previous_converted_at
    from {{ ref('int_conversions_typed') }} as typed
    inner join {{ ref('conversion_types') }} as conversion_types on typed.conversion_type = conversion_types.conversion_type
    qualify row_number() over (partition by typed.conversion_type, typed.origin_id order by typed.converted_at) = 1
),

counted as (
    select
        *,
        {{ surrogate_key(['conversion_type', 'origin_id']) }} as conversion_id
    from timed
    where
        repeat_after_days is null
        or person_id is null
        or previous_converted_at is null
        or {{ seconds_between('previous_converted_at', 'converted_at') }} >= repeat_after_days * 86400.0
),

originals as (
    select
        source,
        origin_id,
        conversion_type,
        conversion_id
    from counted
    where reversed_origin_id is null and amount_kind = 'revenue'
    qualify row_number() over (partition by source, origin_id order by conversion_type) = 1
)

select
    counted.conversion_id,
    counted.conversion_type,
    counted.origin_id,
    counted.person_id,
    coalesce(opportunities.account_id, persons.account_id) as account_id,
    counted.opportunity_id,
    originals.conversion_id as original_conversion_id,
    coalesce(originals.conversion_id, counted.conversion_id) as credit_conversion_id,
    coalesce(originals.conversion_type, counted.conversion_type) as credit_conversion_type,
    counted.source,
    counted.milestone,
    counted.currency,
    counted.amount,
    {{ reporting_amount('counted.amount', 'rates.rate') }} as reporting_amount,
    counted.converted_at
from counted
left join originals on counted.reversed_source = originals.source and counted.reversed_origin_id = originals.origin_id
left join {{ ref('int_opportunities') }} as opportunities on counted.opportunity_id = opportunities.opportunity_id and counted.person_id is null
left join {{ ref('int_persons_accounted') }} as persons on counted.person_id = persons.person_id
left join {{ ref('int_exchange_rates_dated') }} as rates
    on {{ holds_rate('rates', 'counted.currency', 'counted.converted_at') }}
