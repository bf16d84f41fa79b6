-- Grain: campaign with spend × name that it had while money was spent on it.
with

names as (
    select
        campaign_key,
        campaign_id,
        platform,
        campaign,
        min(spend_date) as first_spend_date,
        max(spend_date) as last_spend_date
    from {{ ref('int_ad_spend_keyed') }}
    where campaign_key is not null
    group by campaign_key, campaign_id, platform, campaign
),

ranked as (
    select
        *,
        row_number() over (
            partition by campaign_key order by case when campaign is null then 1 else 0 end asc, last_spend_date desc, campaign asc
        ) as name_rank
    from names
)

select
    campaign_key,
    campaign_id,
    platform,
    campaign,
    max(case when name_rank = 1 then campaign end) over (partition by campaign_key) as latest_campaign,
    -- An id or a name that two platforms use tells nothing without the platform.
    case when min(platform) over (partition by campaign_id) = max(platform) over (partition by campaign_id) then platform end as platform_of_id,
    case when min(platform) over (partition by campaign) = max(platform) over (partition by campaign) then platform end as platform_of_name,
    name_rank = 1 as is_latest_name,
    first_spend_date,
    last_spend_date
from ranked
