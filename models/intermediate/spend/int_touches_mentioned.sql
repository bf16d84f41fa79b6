-- Grain: touch that names a campaign, with all that it says of it. Touches of one day that say the same have one mention_id.
with

touches as (
    select
        touches.touch_id,
        -- The ids of mail tools and of the CRM are no ids of ads.
        case when touches.touch_origin not in ('email_click', 'offline_response') then touches.campaign_id end as campaign_id,
        touches.auto_tagged_campaign_id,
        platforms.platform,
        touches.source,
        touches.campaign,
        touches.is_paid,
        cast(touches.touched_at as date) as touched_date
    from {{ ref('int_touches_classified') }} as touches
    left join {{ ref('int_ad_platforms') }} as platforms on touches.source = platforms.source
    where coalesce(touches.campaign_id, touches.campaign) is not null
)

select
    touch_id,
    {{ surrogate_key(['campaign_id', 'auto_tagged_campaign_id', 'platform', 'campaign', 'is_paid', 'touched_date']) }} as mention_id,
    campaign_id,
    auto_tagged_campaign_id,
    platform,
    source,
    campaign,
    is_paid,
    touched_date
from touches
