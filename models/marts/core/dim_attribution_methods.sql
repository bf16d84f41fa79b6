-- Grain: attribution method.
select
    method,
    reporting_name,
    family,
    fallback_method,
    description,
    -- Within a family from those that favour the first touch to those that favour the last.
    row_number() over (order by family asc, coalesce(first_weight, 0) - coalesce(last_weight, 0) desc, method asc) as sort_order,
    is_direct_excluded
from {{ ref('attribution_methods') }}
