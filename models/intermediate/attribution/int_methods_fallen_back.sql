-- Grain: method that a conversion may lack × method that stands in for it, nearest first: its fallback, that one's fallback, and so on.
with recursive chain as (
    select
        method,
        fallback_method as applied_method,
        1 as distance
    from {{ ref('attribution_methods') }}
    where fallback_method is not null
    union all
    select
        chain.method,
        methods.fallback_method as applied_method,
        chain.distance + 1 as distance
    from chain
    inner join {{ ref('attribution_methods') }} as methods on chain.applied_method = methods.method
    where methods.fallback_method is not null and chain.distance < 10
)

select
    method,
    applied_method,
    distance
from chain
