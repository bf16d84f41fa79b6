-- Distinct paths hold every journey with touches once: the conversions and their amounts, and the journeys that did not convert.
-- What takes another back follows that one's path and has no journey.
with

expected as (
    select
        conversion_type,
        sum(journey_count) as journey_count,
        sum(conversion_count) as conversion_count,
        sum(amount) as amount
    from (
        select
            paths.conversion_type,
            1 as journey_count,
            1 as conversion_count,
            paths.amount
        from {{ ref('fct_conversion_paths') }} as paths
        inner join {{ ref('fct_conversions') }} as conversions on paths.conversion_id = conversions.conversion_id
        where paths.touch_count > 0 and conversions.original_conversion_id is null
        union all
        select
            conversion_type,
            1 as journey_count,
            0 as conversion_count,
            null as amount
        from {{ ref('fct_non_converting_paths') }}
        where touch_count > 0
    ) as journeys
    group by conversion_type
),

found as (
    select
        conversion_type,
        sum(journey_count) as journey_count,
        sum(conversion_count) as conversion_count,
        sum(amount) as amount
    from {{ ref('fct_paths') }}
    group by conversion_type
)

select
    coalesce(expected.conversion_type, found.conversion_type) as conversion_type,
    expected.journey_count as expected_journey_count,
    found.journey_count
from expected
full outer join found on expected.conversion_type = found.conversion_type
where
    expected.journey_count is distinct from found.journey_count
    or expected.conversion_count is distinct from found.conversion_count
    or expected.amount is distinct from found.amount
