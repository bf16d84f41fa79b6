-- Spend that no touch of its campaign answers to has no touch of its campaign.
with

touched as (
    select distinct campaign_key from {{ ref('fct_touches') }}
)

select
    spend.ad_spend_id,
    spend.platform,
    spend.campaign,
    spend.matched_by,
    spend.spend_amount
from {{ ref('fct_ad_spend') }} as spend
inner join touched on spend.campaign_key = touched.campaign_key
where coalesce(spend.matched_by, 'platform_channel') = 'platform_channel'
