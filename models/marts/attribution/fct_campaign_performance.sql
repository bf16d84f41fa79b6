-- Grain: date basis × day × campaign × method. What has no campaign is in a row per channel.
with

attached as (
    select
        performance.campaign_key,
        performance.method,
        performance.date_basis,
        {{ performance_measures('performance') }},
        performance.performance_date,
        campaigns.campaign_id,
        campaigns.platform,
        campaigns.campaign,
        campaigns.source,
        coalesce(campaigns.channel, performance.channel) as channel
    from {{ ref('fct_performance') }} as performance
    left join {{ ref('dim_campaigns') }} as campaigns on performance.campaign_key = campaigns.campaign_key
),

summed as (
    select
        campaign_key,
        campaign_id,
        method,
        date_basis,
        platform,
        campaign,
        source,
        channel,
        {{ performance_sums() }},
        performance_date
    from attached
    group by campaign_key, campaign_id, method, date_basis, platform, campaign, source, channel, performance_date
)

select
    {{ surrogate_key(['summed.performance_date', 'summed.date_basis', 'summed.channel', 'summed.campaign_key', 'summed.method']) }} as campaign_performance_id,
    summed.campaign_key,
    summed.campaign_id,
    summed.method,
    summed.date_basis,
    summed.platform,
    summed.campaign,
    summed.source,
    summed.channel,
    {{ performance_measures('summed') }},
    {{ performance_ratios('summed') }},
    summed.performance_date
from summed
