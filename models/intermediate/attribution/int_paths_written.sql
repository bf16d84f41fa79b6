-- Grain: distinct path as it was × rule by which paths are written, with the path by that rule.
select
    grain,
    path_transform,
    whole_path,
    {{ dbt.listagg("cast(state_number as varchar)", "' '", "order by position") }} as path
from {{ ref('int_paths_transformed') }}
group by grain, path_transform, whole_path
