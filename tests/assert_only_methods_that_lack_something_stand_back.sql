-- Another method's rule is applied only where a conversion lacks what a method needs, and then one of its chain of fallbacks.
with

complete as (
    select distinct
        conversion_id,
        method
    from {{ ref('int_credits_milestone') }}
    where {{ in_part('conversion_id') }}
    union distinct
    select distinct
        conversion_id,
        method
    from {{ ref('int_credits_data_driven') }}
    where weight > 0 and {{ in_part('conversion_id') }}
)

select
    credits.credit_id,
    credits.method,
    credits.applied_method
from {{ ref('fct_attribution_credits') }} as credits
left join {{ ref('int_methods_fallen_back') }} as fallbacks
    on credits.method = fallbacks.method and credits.applied_method = fallbacks.applied_method
left join complete on credits.conversion_id = complete.conversion_id and credits.method = complete.method
where
    {{ in_part('credits.conversion_id') }}
    and credits.method is distinct from credits.applied_method
    and (fallbacks.method is null or complete.conversion_id is not null)
