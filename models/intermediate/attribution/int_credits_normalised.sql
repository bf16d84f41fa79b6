-- Grain: conversion × touch × method with credit. A conversion without touches keeps one row, credit 1, no touch.
with

weighted as (
    select * from {{ ref('int_credits_positional') }}
    where weight > 0
    union all
    select * from {{ ref('int_credits_time_decay') }}
    where weight > 0
),

touched as (
    select distinct conversion_id from {{ ref('int_touches_joined_to_conversions') }}
),

unattributed as (
    select
        conversions.conversion_id,
        cast(null as varchar) as touch_id,
        methods.method,
        cast(null as bigint) as position,
        0 as touch_count,
        cast(null as double) as age_days,
        1.0 as weight
    from {{ ref('int_conversions_unioned') }} as conversions
    cross join {{ ref('attribution_methods') }} as methods
    left join touched on conversions.conversion_id = touched.conversion_id
    where touched.conversion_id is null
),

unioned as (
    select * from weighted
    union all
    select * from unattributed
),

scaled as (   -- To the largest weight of the conversion, so that a long half-life and a short one keep the same digits.
    select
        *,
        weight / max(weight) over (partition by conversion_id, method) as scaled_weight
    from unioned
),

credited as (   -- Summed as decimals: the last digit of a float sum depends on how the work was split.
    select
        * exclude (scaled_weight),
        scaled_weight
        / cast(sum(cast(scaled_weight as decimal(38, 18))) over (partition by conversion_id, method) as double) as credit
    from scaled
),

shared as (
    select
        credited.*,
        cast(round(conversions.reporting_amount * 100) as bigint) as total_cents,
        credited.credit * round(conversions.reporting_amount * 100) as exact_cents
    from credited
    inner join {{ ref('int_conversions_unioned') }} as conversions on credited.conversion_id = conversions.conversion_id
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
    position,
    touch_count,
    age_days,
    weight,
    credit,
    cast((floor(exact_cents) + case when remainder_rank <= cents_left then 1 else 0 end) / 100.0 as decimal(18, 2)) as reporting_amount
from ranked
