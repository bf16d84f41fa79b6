-- Grain: date basis × day × campaign × method. What has no campaign is in a row per channel.
with

attached as (
    select
        performance.campaign_key,
        performance.method,
        performance.date_basis,
        performance.impression_count,
        performance.click_count,
        performance.session_count,
        performance.sign_up_credits,
        performance.lead_credits,
        performance.opportunity_credits,
        performance.won_credits,
        performance.purchase_credits,
        performance.new_customer_credits,
        performance.spend_amount,
        performance.unmatched_spend_amount,
        performance.pipeline_amount,
        performance.won_amount,
        performance.revenue_amount,
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
    summed.impression_count,
    summed.click_count,
    summed.session_count,
    summed.sign_up_credits,
    summed.lead_credits,
    summed.opportunity_credits,
    summed.won_credits,
    summed.purchase_credits,
    summed.new_customer_credits,
    summed.spend_amount,
    summed.unmatched_spend_amount,
    summed.pipeline_amount,
    summed.won_amount,
    summed.revenue_amount,
    {{ performance_ratios('summed') }},
    summed.performance_date
from summed
