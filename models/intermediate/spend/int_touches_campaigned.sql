-- Grain: touch that names a campaign. It is the one with spend that has the id, else the one with the name, else its own.
with

touches as (
    select
        touches.touch_id,
        touches.campaign_id,
        platforms.platform,
        touches.source,
        touches.campaign,
        touches.is_paid,
        cast(touches.touched_at as date) as touched_date
    from {{ ref('int_touches_classified') }} as touches
    left join {{ ref('ad_platforms') }} as platforms on touches.source = platforms.source
    where coalesce(touches.campaign_id, touches.campaign) is not null
),

campaigns as (
    select * from {{ ref('int_campaigns_named') }}
),

candidates as (
    select
        touches.touch_id,
        touches.touched_date,
        'campaign_id' as matched_by,
        1 as precedence,
        campaigns.*
    from touches
    inner join campaigns
        on
            touches.campaign_id = campaigns.campaign_id
            and coalesce(touches.platform, campaigns.platform_of_id) = campaigns.platform
    where campaigns.is_latest_name
    union all
    select   -- The mail about an offer and the ad for it may have one name: outside the platforms only ads match by it.
        touches.touch_id,
        touches.touched_date,
        'campaign_name' as matched_by,
        2 as precedence,
        campaigns.*
    from touches
    inner join campaigns
        on
            touches.campaign = campaigns.campaign
            and coalesce(touches.platform, case when touches.is_paid then campaigns.platform_of_name end) = campaigns.platform
),

matched as (   -- Of several campaigns of a name the one that ran then, or last before; before all of them, the first.
    select *
    from candidates
    qualify row_number() over (
        partition by touch_id
        order by
            precedence asc,
            case when first_spend_date <= touched_date then least(last_spend_date, touched_date) end desc nulls last,
            case when first_spend_date > touched_date then first_spend_date end asc,
            first_spend_date desc,
            campaign_key asc
    ) = 1
)

select
    touches.touch_id,
    case
        when matched.touch_id is not null then matched.campaign_key
        when touches.campaign is not null
            then {{ campaign_key('coalesce(touches.platform, touches.source)', 'cast(null as varchar)', 'touches.campaign') }}
    end as campaign_key,
    coalesce(touches.campaign, matched.latest_campaign) as campaign,   -- The platform knows the name of an id that came alone.
    matched.matched_by
from touches
left join matched on touches.touch_id = matched.touch_id
