-- Grain: landed file content and the table that took it.
select
    file_name,
    table_name,
    sha256,
    size_bytes,
    row_count,
    rejected_count,
    left_out_count,
    _landed_at as landed_at
from {{ source('landing', '_landed_files') }}
