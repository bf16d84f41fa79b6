-- No page view occurred after its own receipt, or longer before it than the late limit allows.
select
    page_view_id,
    occurred_at,
    received_at
from {{ ref('fct_page_views') }}
where
    {{ in_part('visitor_id') }}
    and (
        occurred_at is null
        or occurred_at > received_at
        or occurred_at < {{ add_seconds('received_at', var('late_limit_days') * -86400) }}
    )
