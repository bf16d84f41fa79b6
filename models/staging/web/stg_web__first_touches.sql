-- Grain: visitor × first-touch state that its browser sent × load. A state comes with every page view, so it is put together
-- before what is personal in it is redacted.
with

states as (   -- Lags differ by what the network took: the smallest is the nearest to the clock's own error.
    select
        visitor_id,
        source_name,
        first_touch,
        min(clock_lag_seconds) as clock_lag_seconds,
        min(occurred_at) as seen_at,
        _landed_at
    from {{ ref('base_web__page_views') }}
    where first_touch is not null and rejection_reason is null
    group by visitor_id, source_name, first_touch, _landed_at
),

unescaped as (
    select
        *,
        {{ unescape_json('first_touch') }} as unescaped_first_touch
    from states
)

select
    visitor_id,
    source_name,
    {{ redact_personal_data('unescaped_first_touch') }} as first_touch,
    clock_lag_seconds,
    seen_at,
    _landed_at
from unescaped
