-- A tracked event with neither clock readable can be no conversion, since nobody knows when. It warns: the row
-- stays in staging, and the others are right without it.
{{ config(severity='warn') }}

select
    tracked_event_id,
    event_name,
    page_url
from {{ ref('stg_web__tracked_events') }}
where occurred_at is null
