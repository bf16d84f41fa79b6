-- Grain: visitor whose browser sent a first-touch state; the earliest one that any of its page views carried.
with

states as (   -- Lags differ by what the network took: the smallest is the nearest to the clock's own error.
    select
        visitor_id,
        source_name,
        first_touch,
        coalesce(min(clock_lag_seconds), 0) as clock_lag_seconds,
        min(seen_at) as seen_at
    from (
        {%- for source in var('page_view_sources') %}
            select * from {{ ref('stg_' ~ source ~ '__first_touches') }}
            {% if not loop.last %}union all{% endif %}
        {%- endfor %}
    ) as sent
    group by visitor_id, source_name, first_touch
),

read as (
    select
        *,
        {{ utc_timestamp(json_text('first_touch', 'occurred_at')) }} as client_occurred_at,
        {{ json_text('first_touch', 'landing_page') }} as landing_page_url,
        {{ json_text('first_touch', 'referrer') }} as referrer,
        -- The kept UTMs count where the landing page no longer shows them. Values are escaped as in a URL.
        ''
        {%- for utm in utm_parameters() %}
            || coalesce('&{{ utm }}=' || {{ url_escape(json_text('first_touch', utm)) }}, '')
        {%- endfor %} as kept_parameters
    from states
),

timed as (
    select
        *,
        {{ add_seconds('client_occurred_at', 'clock_lag_seconds') }} as touched_at,
        {{ url_without_www(url_host('referrer')) }} as referrer_host
    from read
)

select
    visitor_id,
    source_name,
    landing_page_url,
    nullif(concat(coalesce({{ url_parameters('landing_page_url') }}, ''), kept_parameters), '') as parameters,
    case
        when
            referrer_host != ''
            and not {{ is_own_host('referrer_host') }}
            and referrer_host is distinct from {{ url_without_www(url_host('landing_page_url')) }}
            then concat(referrer_host, coalesce({{ url_path('referrer') }}, '/'))
    end as referrer_location,
    touched_at
from timed
-- Browsers keep storage for 400 days at most; anything older is a broken clock.
where touched_at <= seen_at and touched_at >= {{ add_seconds('seen_at', '-400 * 86400') }}
qualify row_number() over (partition by visitor_id order by touched_at, first_touch) = 1
