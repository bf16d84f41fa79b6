-- Grain: conversion × touch × method with credit. A conversion without touches keeps one row, credit 1, no touch.
with

weighted as (
    select * from {{ ref('int_credits_weighted') }}
),

peaks as (
    select
        conversion_id,
        method,
        max(weight) as peak
    from weighted
    group by conversion_id, method
),

sums as (   -- Summed as decimals: the last digit of a float sum depends on how the work was split.
    select
        weighted.conversion_id,
        weighted.method,
        peaks.peak,
        cast(sum(cast(weighted.weight / peaks.peak as decimal(38, 18))) as double) as scaled_sum
    from weighted
    inner join peaks on weighted.conversion_id = peaks.conversion_id and weighted.method = peaks.method
    group by weighted.conversion_id, weighted.method, peaks.peak
),

assigned as (   -- A refund or credit note has the credit of what it takes back, by the methods of that one's type.
    select
        conversions.conversion_id,
        weighted.touch_id,
        methods.method,
        coalesce(weighted.applied_method, methods.method) as applied_method,
        weighted.position,
        coalesce(weighted.touch_count, 0) as touch_count,
        weighted.age_days,
        coalesce(weighted.weight, 1.0) as weight,
        coalesce(weighted.weight / sums.peak / sums.scaled_sum, 1.0) as credit,
        case when conversions.reporting_amount < 0 then -1 else 1 end as amount_sign,
        cast(abs(round(conversions.reporting_amount * 100)) as bigint) as total_cents,
        coalesce(weighted.weight / sums.peak / sums.scaled_sum, 1.0) * cast(abs(round(conversions.reporting_amount * 100)) as bigint) as exact_cents
    from {{ ref('int_conversions_unioned') }} as conversions
    inner join {{ ref('int_methods_typed') }} as methods on conversions.credit_conversion_type = methods.conversion_type
    left join weighted on conversions.credit_conversion_id = weighted.conversion_id and methods.method = weighted.method
    left join sums on weighted.conversion_id = sums.conversion_id and weighted.method = sums.method
    where {{ in_part('conversions.credit_conversion_id') }}
),

ranked as (   -- Largest remainder: whole cents first, the left-over cents to the largest fractions, ties by touch id.
    select
        *,
        total_cents - sum(cast(floor(exact_cents) as bigint)) over (partition by conversion_id, method) as cents_left,
        row_number() over (
            partition by conversion_id, method order by round(exact_cents - floor(exact_cents), 6) desc, touch_id
        ) as remainder_rank
    from assigned
    where total_cents is not null
    union all
    select
        *,
        null as cents_left,
        null as remainder_rank
    from assigned
    where total_cents is null
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
