-- Grain: day × channel × campaign: what no method divides, each once.
with

entries as (
    select
        campaign_key,
        channel,
        impression_count,
        click_count,
        0 as session_count,
        spend_amount,
        case when matched_by is null then spend_amount end as unmatched_spend_amount,
        spend_date as performance_date
    from {{ ref('fct_ad_spend') }}
    union all
    select
        campaign_key,
        channel,
        0 as impression_count,
        0 as click_count,
        1 as session_count,
        0 as spend_amount,
        0 as unmatched_spend_amount,
        cast(touched_at as date) as performance_date
    from {{ ref('fct_touches') }}
    where touch_origin = 'session'
)

select
    {{ surrogate_key(['performance_date', 'channel', 'campaign_key']) }} as spend_and_sessions_id,
    campaign_key,
    channel,
    cast(coalesce(sum(impression_count), 0) as bigint) as impression_count,
    cast(coalesce(sum(click_count), 0) as bigint) as click_count,
    cast(sum(session_count) as bigint) as session_count,
    cast(coalesce(sum(spend_amount), 0) as decimal(18, 2)) as spend_amount,
    cast(coalesce(sum(unmatched_spend_amount), 0) as decimal(18, 2)) as unmatched_spend_amount,
    performance_date
from entries
group by campaign_key, channel, performance_date
