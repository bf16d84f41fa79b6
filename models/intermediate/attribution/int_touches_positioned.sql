-- Grain: touch × conversion × whether direct touches are left out (they stay where there is nothing else).
with

variants as (
    select distinct is_direct_excluded from {{ ref('attribution_methods') }}
),

marked as (
    select
        *,
        min(case when is_direct then 1 else 0 end) over (partition by conversion_id) = 1 as is_all_direct
    from {{ ref('int_touches_joined_to_conversions') }}
)

select
    marked.conversion_id,
    marked.touch_id,
    marked.person_id,
    variants.is_direct_excluded,
    marked.age_days,
    row_number() over (
        partition by marked.conversion_id, variants.is_direct_excluded order by marked.touched_at, marked.touch_id
    ) as position,
    count(*) over (partition by marked.conversion_id, variants.is_direct_excluded) as touch_count,
    marked.touched_at
from marked
cross join variants
where not variants.is_direct_excluded or not marked.is_direct or marked.is_all_direct
