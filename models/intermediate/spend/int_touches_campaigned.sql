-- Grain: touch that names a campaign. It is the one with spend that has the id, else the one with the name, else its own.
with

mentions as (   -- What many touches say alike is matched once.
    select distinct * exclude (touch_id, source) from {{ ref('int_touches_mentioned') }}
),

campaigns as (
    select * from {{ ref('int_campaigns_named') }}
),

identified as (
    select
        mentions.*,
        mentions.campaign_id as said_id,
        1 as precedence
    from mentions
    union all
    select
        mentions.*,
        mentions.auto_tagged_campaign_id as said_id,
        2 as precedence
    from mentions
),

candidates as (   -- A mail and an ad may have one name or id: outside the platforms only what is paid can be the ad's.
    select
        identified.mention_id,
        identified.touched_date,
        'campaign_id' as matched_by,
        identified.precedence,
        campaigns.*
    from identified
    inner join campaigns
        on
            identified.said_id = campaigns.campaign_id
            and coalesce(identified.platform, case when identified.is_paid then campaigns.platform_of_id end) = campaigns.platform
    where campaigns.is_latest_name
    union all
    select
        mentions.mention_id,
        mentions.touched_date,
        'campaign_name' as matched_by,
        3 as precedence,
        campaigns.*
    from mentions
    inner join campaigns
        on
            mentions.campaign = campaigns.campaign
            and coalesce(mentions.platform, case when mentions.is_paid then campaigns.platform_of_name end) = campaigns.platform
),

matched as (   -- Of several campaigns of a name the one that ran then, or last before; before all of them, the first.
    select *
    from candidates
    qualify row_number() over (
        partition by mention_id
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
        when matched.mention_id is not null then matched.campaign_key
        when touches.campaign is not null
            then {{ campaign_key('coalesce(touches.platform, touches.source)', 'cast(null as varchar)', 'touches.campaign') }}
    end as campaign_key,
    coalesce(touches.campaign, matched.latest_campaign) as campaign,   -- The platform knows the name of an id that came alone.
    matched.matched_by
from {{ ref('int_touches_mentioned') }} as touches
left join matched on touches.mention_id = matched.mention_id
