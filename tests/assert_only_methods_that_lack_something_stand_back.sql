-- Another method's rule is applied only where a conversion lacks what a method needs, and then one of its chain of fallbacks.
with

stood_in as (   -- Few, and named before anything large is joined.
    select distinct
        conversion_id,
        method,
        applied_method
    from {{ ref('int_credits_normalised') }}
    where method is distinct from applied_method and {{ in_part('conversion_id') }}
),

complete as (
    select
        conversion_id,
        method
    from {{ ref('int_credits_milestone') }}
    where {{ in_part('conversion_id') }} and conversion_id in (select stood_in.conversion_id from stood_in)
    union distinct
    select
        conversion_id,
        method
    from {{ ref('int_credits_data_driven') }}
    where weight > 0 and {{ in_part('conversion_id') }} and conversion_id in (select stood_in.conversion_id from stood_in)
)

select
    stood_in.conversion_id,
    stood_in.method,
    stood_in.applied_method
from stood_in
left join {{ ref('int_methods_fallen_back') }} as fallbacks
    on stood_in.method = fallbacks.method and stood_in.applied_method = fallbacks.applied_method
left join complete on stood_in.conversion_id = complete.conversion_id and stood_in.method = complete.method
where fallbacks.method is null or complete.conversion_id is not null
