-- Of all rows of one event exactly one is no duplicate, and it is the one received first.
select
    accepted.source_name,
    accepted.event_id,
    count_if(not sessionized.is_duplicate) as kept_count,
    min(accepted.received_at) as first_received_at,
    min(case when not sessionized.is_duplicate then accepted.received_at end) as kept_received_at
from {{ ref('int_page_views_sessionized') }} as sessionized
inner join {{ ref('int_page_views_accepted') }} as accepted
    on
        sessionized.source_name = accepted.source_name
        and sessionized._landed_at = accepted._landed_at
        and sessionized._row_number = accepted._row_number
where {{ in_part('accepted.event_id') }}
group by accepted.source_name, accepted.event_id
having
    count_if(not sessionized.is_duplicate) != 1
    or min(accepted.received_at) is distinct from min(case when not sessionized.is_duplicate then accepted.received_at end)
