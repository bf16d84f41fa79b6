-- Grain: platform as exported × ad account × campaign × currency and day.
with

matched as (
    select
        campaign_key,
        min(matched_by) as matched_by   -- campaign_id goes before campaign_name.
    from {{ ref('int_touches_campaigned') }}
    where matched_by is not null
    group by campaign_key
),

unspent as (   -- Paid touches of no campaign with spend. They may be what the platform's other spend of the day brought.
    select distinct
        platforms.platform,
        touches.channel,
        cast(touches.touched_at as date) as touched_date
    from {{ ref('fct_touches') }} as touches
    inner join {{ ref('int_ad_platforms') }} as platforms on touches.source = platforms.source
    left join matched on touches.campaign_key = matched.campaign_key
    where touches.is_paid and matched.campaign_key is null
),

channelled as (
    select
        spend.*,
        coalesce(campaigns.channel, spend.platform_channel, 'Unassigned') as channel
    from {{ ref('int_ad_spend_keyed') }} as spend
    left join {{ ref('dim_campaigns') }} as campaigns on spend.campaign_key = campaigns.campaign_key
)

select
    channelled.ad_spend_id,
    channelled.ad_account_id,
    channelled.campaign_id,
    channelled.campaign_key,
    channelled.platform,
    channelled.campaign,
    channelled.channel,
    coalesce(matched.matched_by, case when unspent.platform is not null then 'platform_channel' end) as matched_by,
    channelled.currency,
    channelled.impression_count,
    channelled.click_count,
    channelled.cost,
    channelled.spend_amount,
    channelled.spend_date
from channelled
left join matched on channelled.campaign_key = matched.campaign_key
left join unspent
    on
        channelled.platform = unspent.platform
        and channelled.channel = unspent.channel
        and channelled.spend_date = unspent.touched_date
