-- Grain: campaign: one of an ad platform with spend, or one that touches name.
with

touched as (
    select
        campaign_key,
        max(campaign_id) as campaign_id,
        max(campaign) as campaign,
        count(*) as touch_count,
        count(distinct person_id) as person_count,
        min(touched_at) as first_touched_at,
        max(touched_at) as last_touched_at
    from {{ ref('fct_touches') }}
    where campaign_key is not null
    group by campaign_key
),

sources as (
    select
        touches.campaign_key,
        touches.source,
        platforms.platform
    from {{ ref('fct_touches') }} as touches
    left join {{ ref('int_ad_platforms') }} as platforms on touches.source = platforms.source
    where touches.campaign_key is not null
    group by touches.campaign_key, touches.source, platforms.platform
    qualify row_number() over (partition by touches.campaign_key order by count(*) desc, touches.source) = 1
),

channels as (   -- A wrong medium makes some clicks on an ad look unpaid, so the most frequent paid channel goes first.
    select
        touches.campaign_key,
        channels.channel,
        channels.is_paid
    from {{ ref('fct_touches') }} as touches
    inner join {{ ref('dim_channels') }} as channels on touches.channel = channels.channel
    where touches.campaign_key is not null
    group by touches.campaign_key, channels.channel, channels.is_paid
    qualify row_number() over (
        partition by touches.campaign_key order by case when channels.is_paid then 0 else 1 end, count(*) desc, channels.channel
    ) = 1
),

spent as (
    select
        campaign_key,
        max(campaign_id) as campaign_id,
        max(platform) as platform,
        max(platform_channel) as platform_channel,
        cast(sum(spend_amount) as decimal(18, 2)) as spend_amount,
        min(spend_date) as first_spend_date,
        max(spend_date) as last_spend_date
    from {{ ref('int_ad_spend_keyed') }}
    where campaign_key is not null
    group by campaign_key
)

select
    coalesce(spent.campaign_key, touched.campaign_key) as campaign_key,
    case when spent.campaign_key is null then touched.campaign_id else spent.campaign_id end as campaign_id,
    coalesce(spent.platform, sources.platform) as platform,
    coalesce(names.latest_campaign, touched.campaign) as campaign,
    coalesce(sources.source, spent.platform) as source,
    coalesce(case when channels.is_paid then channels.channel end, spent.platform_channel, channels.channel, 'Unassigned') as channel,
    coalesce(touched.touch_count, 0) as touch_count,
    coalesce(touched.person_count, 0) as person_count,
    coalesce(spent.spend_amount, 0) as spend_amount,
    touched.first_touched_at,
    touched.last_touched_at,
    spent.first_spend_date,
    spent.last_spend_date
from spent
full outer join touched on spent.campaign_key = touched.campaign_key
left join sources on touched.campaign_key = sources.campaign_key
left join channels on touched.campaign_key = channels.campaign_key
left join {{ ref('int_campaigns_named') }} as names on spent.campaign_key = names.campaign_key and names.is_latest_name
