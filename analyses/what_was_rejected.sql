-- Question: which rows did not make it into the marts, from which file, and why?
-- One row per file, place and reason. landing means that the row did not fit the table; contract means that it did, but has
-- no visitor, no id, no time or no web URL. The rows themselves are kept in raw. One in a thousand is weather. A reason that
-- jumps from one file to the next is a release that broke the site's script.
with

rejected as (
    select
        _file as file_name,
        rejected_by,
        reason,
        count(*) as rejected_count,
        min(received_at) as first_received_at,
        max(received_at) as last_received_at
    from {{ ref('fct_rejected_events') }}
    group by _file, rejected_by, reason
),

loads as (
    select
        file_name,
        sum(landed_count) as landed_count,
        max(landed_at) as landed_at
    from {{ ref('fct_loads') }}
    group by file_name
)

select
    rejected.file_name,
    rejected.rejected_by,
    rejected.reason,
    rejected.rejected_count,
    loads.landed_count,
    rejected.rejected_count / cast(loads.landed_count as double) as rejected_share,
    rejected.first_received_at,
    rejected.last_received_at,
    loads.landed_at
from rejected
left join loads on rejected.file_name = loads.file_name
order by rejected.file_name asc, rejected.rejected_count desc, rejected.rejected_by asc, rejected.reason asc
