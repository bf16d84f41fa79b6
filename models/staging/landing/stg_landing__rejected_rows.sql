-- Grain: row that could not be landed. Its text may hold anything, so it stays in raw.
select
    table_name,
    {{ redact_email_addresses('reason') }} as reason,
    _landed_at,
    _file,
    _row_number
from {{ source('landing', '_rejected_rows') }}
