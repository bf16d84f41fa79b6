-- Grain: campaign id of an ad platform, with the name that it last had there. An id that two platforms use names nothing.
with

spend as (
    select
        campaign_id,
        platform,
        lower(trim(campaign_name)) as campaign,
        spend_date
    from {{ ref('stg_ads__ad_spend') }}
    where campaign_id is not null and campaign_name is not null
),

ambiguous as (
    select campaign_id from spend
    group by campaign_id
    having count(distinct platform) > 1
)

select
    campaign_id,
    campaign
from spend
where campaign_id not in (select ambiguous.campaign_id from ambiguous)
qualify row_number() over (partition by campaign_id order by spend_date desc, campaign asc) = 1
