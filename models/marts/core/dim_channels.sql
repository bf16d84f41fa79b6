-- Grain: channel.
select
    channel,
    channel_group,
    description,
    sort_order,
    is_paid,
    is_ga4
from {{ ref('channels') }}
