-- Grain: conversion × touch × method with credit. A conversion without touches keeps one row, credit 1, no touch.
with

earned as (
    select
        weighted.*,
        weighted.weight / max(weighted.weight) over (partition by weighted.conversion_id, weighted.method) as scaled_weight
    from {{ ref('int_credits_weighted') }} as weighted
),

credited as (   -- Summed as decimals: the last digit of a float sum depends on how the work was split.
    select
        * exclude (scaled_weight),
        scaled_weight
        / cast(sum(cast(scaled_weight as decimal(38, 18))) over (partition by conversion_id, method) as double) as credit
    from earned
),

assigned as (   -- A refund or credit note has the credit of what it takes back, by the methods of that one's type.
    select
        conversions.conversion_id,
        credited.touch_id,
        methods.method,
        coalesce(credited.applied_method, methods.method) as applied_method,
        credited.position,
        coalesce(credited.touch_count, 0) as touch_count,
        credited.age_days,
        coalesce(credited.weight, 1.0) as weight,
        coalesce(credited.credit, 1.0) as credit,
        case when conversions.reporting_amount < 0 then -1 else 1 end as amount_sign,
        cast(abs(round(conversions.reporting_amount * 100)) as bigint) as total_cents
    from {{ ref('int_conversions_unioned') }} as conversions
    inner join {{ ref('int_methods_typed') }} as methods on conversions.credit_conversion_type = methods.conversion_type
    left join credited on conversions.credit_conversion_id = credited.conversion_id and methods.method = credited.method
),

shared as (
    select
        *,
        credit * total_cents as exact_cents
    from assigned
),

ranked as (   -- Largest remainder: whole cents first, the left-over cents to the largest fractions, ties by touch id.
    select
        *,
        total_cents - sum(cast(floor(exact_cents) as bigint)) over (partition by conversion_id, method) as cents_left,
        row_number() over (
            partition by conversion_id, method order by round(exact_cents - floor(exact_cents), 6) desc, touch_id
        ) as remainder_rank
    from shared
)

select
    conversion_id,
    touch_id,
    method,
    applied_method,
    position,
    touch_count,
    age_days,
    weight,
    credit,
    cast(
        amount_sign * (floor(exact_cents) + case when remainder_rank <= cents_left then 1 else 0 end) / 100.0 as decimal(18, 2)
    ) as reporting_amount
from ranked
