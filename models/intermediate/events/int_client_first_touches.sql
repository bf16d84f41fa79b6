-- Grain: visitor whose browser sent a first-touch state; the earliest one that any of its page views carried. Visitors with
-- newly seen states are done anew. Without a time none of a visitor's states can be true: the row replaces one that could.
{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='visitor_id',
    meta={'zstd_columns': ['landing_page_url', 'parameters']}
) }}

{% set keys = ['occurred_at', 'landing_page', 'referrer'] + utm_parameters() %}
with

sent as (
    {%- for source in var('page_view_sources') %}
        select * from {{ ref('stg_' ~ source ~ '__first_touches') }}
        where
            visitor_id in (
                select newly_seen.visitor_id from {{ ref('stg_' ~ source ~ '__first_touches') }} as newly_seen
                where {{ is_newly_landed(source, 'newly_seen._landed_at') }}
            )
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

parsed as (
    select
        *,
        {{ json_texts('first_touch', keys) }} as texts
    from sent
),

read as (
    select
        * exclude (texts),
        {{ add_seconds(utc_timestamp(json_texts_at('texts', keys, 'occurred_at')), 'coalesce(clock_lag_seconds, 0)') }} as claimed_at,
        {{ json_texts_at('texts', keys, 'landing_page') }} as landing_page_url,
        {{ json_texts_at('texts', keys, 'referrer') }} as referrer,
        -- The kept UTMs count where the landing page no longer shows them. Values are escaped as in a URL.
        ''
        {%- for utm in utm_parameters() %}
            || coalesce('&{{ utm }}=' || {{ url_escape(json_texts_at('texts', keys, utm)) }}, '')
        {%- endfor %} as kept_parameters
    from parsed
),

timed as (
    select
        *,
        {{ url_without_www(url_host('referrer')) }} as referrer_host,
        -- Browsers keep storage for 400 days at most; anything older is a broken clock.
        case when claimed_at <= seen_at and claimed_at >= {{ add_seconds('seen_at', '-400 * 86400') }} then claimed_at end as touched_at,
        max(_landed_at) over (partition by visitor_id) as last_landed_at
    from read
),

chosen as (
    select
        *,
        case
            when touched_at is not null
                then nullif(concat(coalesce({{ url_parameters('landing_page_url') }}, ''), kept_parameters), '')
        end as parameters
    from timed
    qualify row_number() over (partition by visitor_id order by touched_at nulls last, first_touch) = 1
),

clicked as (
    select
        *,
        {{ click_in_parameters('parameters') }} as click
    from chosen
)

select
    visitor_id,
    source_name,
    case when touched_at is not null then landing_page_url end as landing_page_url,
    parameters,
    {{ parameter_template('parameters', 'click') }} as parameter_template,
    case
        when
            touched_at is not null
            and referrer_host != ''
            and not {{ is_own_host('referrer_host') }}
            and referrer_host is distinct from {{ url_without_www(url_host('landing_page_url')) }}
            then concat(referrer_host, coalesce({{ url_path('referrer') }}, '/'))
    end as referrer_location,
    touched_at,
    last_landed_at as _landed_at
from clicked
