-- Grain: visitor × first-touch state that its browser sent. A state comes with every page view, so it is put together before
-- what is personal in it is redacted, and kept: a load reads its own rows alone.
{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='visitor_id',
    meta={'zstd_columns': ['first_touch']}
) }}

with

sent as (   -- Lags differ by what the network took: the smallest is the nearest to the clock's own error.
    select
        visitor_id,
        source_name,
        {{ unescape_json('first_touch') }} as unescaped_first_touch,
        min(clock_lag_seconds) as clock_lag_seconds,
        min(occurred_at) as seen_at,
        max(_landed_at) as _landed_at
    from {{ ref('base_web__page_views') }}
    where first_touch is not null and rejection_reason is null and {{ is_newly_landed('web') }}
    group by visitor_id, source_name, first_touch
),

redacted as (
    select
        *,
        {{ redact_personal_data('unescaped_first_touch') }} as first_touch
    from sent
),

known as (
    select * exclude (unescaped_first_touch) from redacted
    {% if is_incremental() %}
        union all
        select
            visitor_id,
            source_name,
            clock_lag_seconds,
            seen_at,
            _landed_at,
            first_touch
        from {{ this }}
        where visitor_id in (select redacted.visitor_id from redacted)
    {% endif %}
)

select
    visitor_id,
    source_name,
    first_touch,
    min(clock_lag_seconds) as clock_lag_seconds,
    min(seen_at) as seen_at,
    max(_landed_at) as _landed_at   -- Of the last load that brought it.
from known
group by visitor_id, source_name, first_touch
