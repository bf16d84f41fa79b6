-- Grain: conversion type × rule by which paths of its journeys are written.
select
    conversion_types.conversion_type,
    methods.path_rule,
    methods.path_transform,
    methods.grain,
    methods.segment_column,
    methods.minimum_age_days,
    methods.random_seed,
    max(methods.bootstrap_replicates) as bootstrap_replicates,
    max(case when methods.method is null then 1 else 0 end) = 1 as is_plain
from {{ ref('conversion_types') }} as conversion_types
cross join {{ ref('int_methods_pathed') }} as methods
left join {{ ref('int_methods_typed') }} as typed
    on conversion_types.conversion_type = typed.conversion_type and methods.method = typed.method
where typed.method is not null or methods.method is null
group by
    conversion_types.conversion_type, methods.path_rule, methods.path_transform, methods.grain, methods.segment_column,
    methods.minimum_age_days, methods.random_seed
